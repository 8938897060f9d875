"""Functions of the database, made anew with a part of their text replaced."""

_REWRITE = """
DO $$
DECLARE held regprocedure;
BEGIN
    FOR held IN SELECT oid FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace
                  AND starts_with(proname, '{owner}_') AND strpos(prosrc, '{before}') > 0
    LOOP
        EXECUTE replace(pg_get_functiondef(held), '{before}', '{after}');
    END LOOP;
END $$
"""


def rewritten(owner: str, before: str, after: str) -> str:
    """Return the SQL that replaces a text in every function of an engine, and nothing else.

    For migrations: rights and settings of the functions stay, and a condition that holds in
    several is not written out again with each of them.
    """
    return _REWRITE.format(owner=owner, before=before, after=after)
