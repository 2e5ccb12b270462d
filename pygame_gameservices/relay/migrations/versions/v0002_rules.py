"""What rules need: token buckets, and what was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "buckets",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("game", sa.String, primary_key=True),
        sa.Column("player", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("endpoint", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("call", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
    )
    op.create_index("refusals_by_age", "refusals", ["at"])
    op.create_index("refusals_by_who", "refusals", ["game", "who", "at"])
