"""Notes by day, in PostgreSQL with a partition for each; and buckets that say how much they hold."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

from pygame_gameservices.relay.partitions import OTHERS

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the tables. Buckets are of the last minute: they fill anew."""
    op.execute("DELETE FROM buckets")
    op.add_column("buckets", sa.Column("most", sa.Float, nullable=False, server_default="0"))
    op.add_column("buckets", sa.Column("within_s", sa.Float, nullable=False, server_default="60"))
    if op.get_bind().dialect.name == "sqlite":
        op.add_column("notes", sa.Column("day", sa.Integer, nullable=False, server_default="0"))
        op.execute("UPDATE notes SET day = CAST(made / 86400 AS INTEGER)")
    else:
        _partition()


def _partition() -> None:
    op.rename_table("notes", "notes_before")
    for index in ("notes_pkey", "notes_by_mark", "notes_by_who", "notes_by_age", "one_under_way"):
        op.execute(f"ALTER INDEX {index} RENAME TO {index}_before")
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
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        postgresql_partition_by="RANGE (day)",
    )
    op.execute(f"CREATE TABLE {OTHERS} PARTITION OF notes DEFAULT")
    op.create_index("notes_by_mark", "notes", ["game", "mark", "done"])
    op.create_index("notes_by_who", "notes", ["game", "who", "scope", "made"])
    op.create_index("under_way", "notes", ["game", "line"], postgresql_where=sa.text("state = 'sent'"))
    sql = op.get_bind()
    days = sql.execute(sa.text("SELECT DISTINCT floor(made / 86400)::int FROM notes_before")).scalars()
    for day in sorted({*days, int(time.time() // 86_400)}):
        op.execute(f"CREATE TABLE notes_day_{day} PARTITION OF notes FOR VALUES FROM ({day}) TO ({day + 1})")
    op.execute("INSERT INTO notes SELECT *, floor(made / 86400)::int FROM notes_before")
    op.drop_table("notes_before")
