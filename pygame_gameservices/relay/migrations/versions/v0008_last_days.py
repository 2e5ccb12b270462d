"""Equal writes are looked for among the notes of the last days alone, and not at all where nobody asks.

What equal writes have in common is a hash: to look for it in the partition of each day of a month takes a page of a
large index each time, of which few are in memory. `Notes.finish` moves what is done later than the day after it began.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

_FUNCTION = """
CREATE OR REPLACE FUNCTION begin_note(
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
    IF equal_since = 'infinity' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT FROM notes WHERE mark = its_mark AND game = of_game AND done >= equal_since AND id <> its_id
        AND day >= floor(equal_since / 86400)::int - 1
    );
END $$
"""


def upgrade() -> None:
    """Replace the function. In SQLite there is none."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_FUNCTION)
