"""A function that notes in PostgreSQL that a write is about to be sent: one way there and back, and one statement.

It is no single query, since a query sees what was committed before it began, and not before it had its locks.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_FUNCTION = """
CREATE FUNCTION begin_note(
    own text, its_line text, of_game text, of_player text, its_id text, by_who text, its_endpoint text, its_scope text,
    its_mark text, on_line text, its_call bytea, for_holder text, now float8, held_until float8, of_day int,
    equal_since float8
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        pg_try_advisory_xact_lock(hashtextextended(own, 0)) AND pg_try_advisory_xact_lock(hashtextextended(its_line, 0))
    ) THEN
        RETURN NULL;
    END IF;
    INSERT INTO notes (
        game, player, id, who, endpoint, scope, mark, line, call, state, holder, until, made, sent, day
    ) SELECT
        of_game, of_player, its_id, by_who, its_endpoint, its_scope, its_mark, on_line, its_call, 'sent', for_holder,
        held_until, now, now, of_day
    WHERE NOT EXISTS (SELECT FROM notes WHERE id = its_id AND player = of_player AND game = of_game)
    AND NOT EXISTS (SELECT FROM notes WHERE line = on_line AND game = of_game AND state = 'sent');
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN EXISTS (
        SELECT FROM notes WHERE mark = its_mark AND game = of_game AND done >= equal_since AND id <> its_id
    );
END $$
"""


def upgrade() -> None:
    """Make it. In SQLite there is no way to save."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_FUNCTION)
