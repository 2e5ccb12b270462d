"""An index that leads to what is released, for which every process looks every few seconds."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make it."""
    op.create_index("released_refusals", "refusals", ["game", "released", "player"])
