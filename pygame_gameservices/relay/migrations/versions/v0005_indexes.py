"""Indexes of the notes in PostgreSQL that begin with what tells one note from the others.

All notes have the same game or two. With the game first in each index, and as long as nothing is known of the rows of a
day, any of them looks as good as another to PostgreSQL, which then reads all of that day to find one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the indexes anew. SQLite takes the one of which the most columns are given."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.drop_constraint("notes_pkey", "notes")
    op.create_primary_key("notes_pkey", "notes", ["id", "player", "game", "day"])
    for index in ("notes_by_mark", "notes_by_who", "under_way"):
        op.drop_index(index)
    op.create_index("notes_by_mark", "notes", ["mark", "game", "done"])
    op.create_index("notes_by_who", "notes", ["who", "scope", "game", "made"])
    op.create_index("under_way", "notes", ["line", "game"], postgresql_where=sa.text("state = 'sent'"))
