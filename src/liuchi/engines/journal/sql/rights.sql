-- What the application may do with the journal: add and read. Nothing is granted on
-- partitions: rows go in and come out through the parent.
REVOKE ALL ON journal_fact, journal_command, journal_head, journal_seal, journal_cursor,
    journal_playbook_version, journal_playbook_adoption, journal_kept FROM :app_role;

GRANT SELECT ON journal_fact TO :app_role;
-- Neither ordinal nor xid: order is the sequencer's.
GRANT INSERT (id, kind, at, recorded_at, area_id, actor_id, subject_kind, subject_id, cause_id,
    corrects_id, playbook_version, amount, data) ON journal_fact TO :app_role;
GRANT SELECT, INSERT ON journal_command TO :app_role;
GRANT SELECT ON journal_head TO :app_role;
GRANT SELECT, INSERT ON journal_seal TO :app_role;
GRANT SELECT, INSERT, UPDATE ON journal_cursor TO :app_role;
GRANT SELECT, INSERT ON journal_playbook_version, journal_playbook_adoption TO :app_role;
-- The tokens are changed by triggers alone.
GRANT SELECT ON journal_kept TO :app_role;

GRANT EXECUTE ON FUNCTION journal_make_partitions(date, integer) TO :app_role;
GRANT EXECUTE ON FUNCTION journal_sequence(integer) TO :app_role;
