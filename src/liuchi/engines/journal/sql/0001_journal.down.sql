-- Only an empty journal can be taken away: nobody migrates facts out of existence.
DO $$
BEGIN
    IF EXISTS (SELECT FROM journal_fact) THEN
        RAISE EXCEPTION 'the journal holds facts; it is not undone';
    END IF;
END $$;
DROP TABLE journal_cursor, journal_seal, journal_head, journal_command, journal_fact,
    journal_playbook_version CASCADE;
DROP FUNCTION journal_refuse_change(), journal_allow_only_ordinal(), journal_lowest_id(timestamptz),
    journal_month_start(date), journal_make_partitions(date, integer), journal_sequence(integer),
    journal_after_restore(), journal_check_seal(), journal_scope_low(), journal_scope_high(),
    journal_scope_person(), journal_scope_require();
