"""Forge's partner ingestion API for the sandbox, with the quests that are judged from what was ingested."""
