DROP TRIGGER journal_playbook_version_kept ON journal_playbook_version;
DROP FUNCTION journal_kept_tokens();
DROP FUNCTION journal_kept_changed() CASCADE;
DROP TABLE journal_kept;
