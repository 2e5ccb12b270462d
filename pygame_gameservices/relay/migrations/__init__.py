"""How the relay's tables came to be as they are, one file per version (alembic)."""
