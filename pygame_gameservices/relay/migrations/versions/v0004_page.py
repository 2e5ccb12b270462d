"""What the maker's page shows, and who may see it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "doors",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("csrf", sa.String, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_table(
        "minutes",
        sa.Column("minute", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("answer", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "latest",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("endpoint", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("ms", sa.Float, nullable=False),
    )
