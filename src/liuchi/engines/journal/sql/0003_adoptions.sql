-- Where a version that needs a vote has come into force, and where that was taken back.
-- Only ever added to: of the rows whose day has come the last one says what holds.

CREATE TABLE journal_playbook_adoption (
    id          uuid        PRIMARY KEY,
    version_id  uuid        NOT NULL REFERENCES journal_playbook_version (id),
    area_id     uuid        NOT NULL,
    holds       boolean     NOT NULL,
    from_day    date        NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid        NOT NULL
);
CREATE INDEX journal_playbook_adoption_version ON journal_playbook_adoption (version_id);

CREATE TRIGGER journal_playbook_adoption_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_playbook_adoption
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_playbook_adoption_kept
    AFTER INSERT ON journal_playbook_adoption
    FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('playbooks');
