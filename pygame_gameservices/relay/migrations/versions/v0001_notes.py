"""Notes of writes, and the people who made them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notes",
        sa.Column("game", sa.String, primary_key=True),
        sa.Column("player", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("endpoint", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("line", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("sent", sa.Float),
        sa.Column("baseline", sa.String),
        sa.Column("call", sa.LargeBinary),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("done", sa.Float),
    )
    op.create_index("notes_by_mark", "notes", ["game", "mark", "done"])
    op.create_index("notes_by_who", "notes", ["game", "who", "scope", "made"])
    op.create_index("notes_by_age", "notes", ["made"])
    under_way = sa.text("state = 'sent'")
    op.create_index(
        "one_under_way", "notes", ["game", "line"], unique=True, sqlite_where=under_way, postgresql_where=under_way
    )
    op.create_table(
        "people",
        sa.Column("game", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("token", sa.String, nullable=False, server_default=""),
        sa.Column("known_until", sa.Float, nullable=False, server_default="0"),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_index("people_by_age", "people", ["seen"])
