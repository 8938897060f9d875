"""What the application role may do: read and add, never rewrite the past."""

import pytest
from django.db import connections

NEVER_CHANGED = ("journal_fact", "journal_command", "journal_seal", "points_entry")
# Tables with a scope that hold nobody's data: everybody may know where a shop is, that a
# round of grades is under way, and who has an agreement with the community.
PUBLIC_WITH_SCOPE = ("points_agreement", "points_grade_round", "points_shop")
OWNER_FUNCTION_ONLY = ("points_transfer", "points_entry", "points_account")


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def test_the_application_role_owns_nothing(db: str) -> None:
    assert rows("SELECT relname FROM pg_class WHERE relowner = 'liuchi_app'::regrole") == []
    assert rows("SELECT proname FROM pg_proc WHERE proowner = 'liuchi_app'::regrole") == []


def test_the_application_role_is_a_member_of_nothing(db: str) -> None:
    assert rows("SELECT 1 FROM pg_auth_members WHERE member = 'liuchi_app'::regrole") == []


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"])
def test_the_past_cannot_be_rewritten(db: str, right: str) -> None:
    """Partitions count too: TRUNCATE of one passes the parent's row triggers."""
    assert (
        rows(
            "SELECT c.relname FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
            "LEFT JOIN pg_class parent ON parent.oid = i.inhparent "
            "WHERE c.relkind IN ('r', 'p') AND coalesce(parent.relname, c.relname) = ANY(%s) "
            "AND (has_table_privilege('liuchi_app', c.oid, %s) "
            "OR (%s = 'UPDATE' AND has_any_column_privilege('liuchi_app', c.oid, 'UPDATE')))",
            list(NEVER_CHANGED),
            right,
            right,
        )
        == []
    )


@pytest.mark.parametrize("right", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_the_ledger_is_written_by_its_function_alone(db: str, right: str) -> None:
    assert (
        rows(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) "
            "AND has_table_privilege('liuchi_app', oid, %s)",
            list(OWNER_FUNCTION_ONLY),
            right,
        )
        == []
    )


def test_the_tables_named_here_exist(db: str) -> None:
    wanted = {*NEVER_CHANGED, *OWNER_FUNCTION_ONLY}
    assert wanted == {
        name
        for (name,) in rows("SELECT relname FROM pg_class WHERE relname = ANY(%s)", list(wanted))
    }


def test_owner_functions_are_closed_and_know_where_they_look(db: str) -> None:
    """A SECURITY DEFINER function with a loose search_path runs whatever stands in the way."""
    assert (
        rows(
            "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace "
            "WHERE prosecdef AND nspname = 'public' AND ("
            "NOT coalesce(proconfig, '{}') && ARRAY['search_path=public, pg_temp'] "
            "OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) a "
            "WHERE a.grantee = 0))"
        )
        == []
    )


def test_every_table_with_a_scope_has_its_policy(db: str) -> None:
    """A table the application role cannot touch needs none; areas are nobody's data."""
    assert (
        rows(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "AND a.attname = 'scope_code' AND NOT a.attisdropped "
            "AND c.relname <> 'directory_area' "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
            "AND has_table_privilege('liuchi_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE') "
            "AND c.relname <> ALL(%s) "
            "AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)) "
            "ORDER BY c.relname",
            list(PUBLIC_WITH_SCOPE),
        )
        == []
    )


def test_nobody_but_the_two_roles_gets_in(db: str) -> None:
    granted = rows(
        "SELECT DISTINCT grantee::regrole::text FROM pg_class, aclexplode(relacl) "
        "WHERE relnamespace = 'public'::regnamespace AND grantee <> 0 ORDER BY 1"
    )
    assert granted == [("liuchi_app",), ("liuchi_owner",)]
    assert (
        rows(
            "SELECT relname FROM pg_class, aclexplode(relacl) a "
            "WHERE relnamespace = 'public'::regnamespace AND a.grantee = 0 "
            "AND relkind IN ('r', 'p')"
        )
        == []
    )
