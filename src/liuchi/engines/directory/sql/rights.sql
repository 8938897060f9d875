-- What the application may do with the directory. Nothing personal is deleted except a key
-- and what it sealed: that is what erasure means.
GRANT SELECT, INSERT, UPDATE ON directory_area, directory_area_name, directory_area_code,
    directory_area_link, directory_organization, directory_post, directory_person,
    directory_household, directory_membership, directory_consent TO :app_role;
GRANT SELECT ON directory_area_closure TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory_person_key, directory_person_secret,
    directory_person_account TO :app_role;
GRANT SELECT, INSERT ON directory_unmask_log, directory_hand_over TO :app_role;
GRANT SELECT, INSERT, DELETE ON directory_calendar_day TO :app_role;
GRANT SELECT, INSERT ON directory_calendar_year TO :app_role;
GRANT UPDATE (done_at), DELETE ON directory_hand_over TO :app_role;

GRANT EXECUTE ON FUNCTION directory_ensure_log_partition(timestamptz) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_drop_log_partitions(date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_rebuild_closure() TO :app_role;
GRANT EXECUTE ON FUNCTION directory_restamp(uuid, text, date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_account_person(uuid) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_household_of(uuid, date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_inhabited() TO :app_role;
GRANT EXECUTE ON FUNCTION directory_search_people(text[], bytea, bytea, text, uuid, integer,
    integer)
    TO :app_role;
GRANT EXECUTE ON FUNCTION directory_search_households(text, integer) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_subjects(uuid[], date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_near(text, integer, date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_holders(uuid[], text, date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_households_of(uuid[], date) TO :app_role;
GRANT EXECUTE ON FUNCTION directory_people_named(text[], text[]) TO :app_role;
-- What an import made can be taken back for some weeks, then even that is forgotten.
GRANT SELECT, INSERT, DELETE ON directory_import, directory_import_change TO :app_role;
GRANT EXECUTE ON FUNCTION directory_undo_import(uuid) TO :app_role;
-- A roster between its check and its import; nobody changes a row of it.
GRANT SELECT, INSERT, DELETE ON directory_roster, directory_roster_row TO :app_role;
-- An organisation that an import made and nothing names; foreign keys keep the others.
GRANT DELETE ON directory_organization TO :app_role;
GRANT EXECUTE ON FUNCTION directory_move_home(uuid[], text) TO :app_role;
-- A merge is asked for, decided and perhaps undone; what it was about never changes.
GRANT SELECT, INSERT, UPDATE (state, decided_by_id, decided_at, undone_by_id, undone_at, carried)
    ON directory_merge TO :app_role;
-- A vote is recorded, then confirmed or sent back; what it says never changes.
GRANT SELECT, INSERT, UPDATE (state, decided_by_id, decided_at, reason)
    ON directory_rule_vote TO :app_role;
GRANT SELECT, INSERT, UPDATE (compiled, version, state, sent_at, decided_by_id, decided_at, reason,
    applied) ON directory_rule_draft TO :app_role;
GRANT EXECUTE ON FUNCTION directory_tidy_search() TO :app_role;
-- Outlines are drawn anew, and taken back with the import that brought them.
GRANT SELECT, INSERT, UPDATE (valid_to), DELETE ON directory_area_outline TO :app_role;
GRANT SELECT, INSERT, UPDATE (setting, void_reason, voided_by) ON directory_grid TO :app_role;
GRANT EXECUTE ON FUNCTION directory_remove_grids(uuid[]) TO :app_role;
