DROP TRIGGER journal_fact_named ON journal_fact;
DROP FUNCTION journal_named_are_there();
ALTER TABLE journal_fact
    ADD FOREIGN KEY (cause_id) REFERENCES journal_fact (id),
    ADD FOREIGN KEY (corrects_id) REFERENCES journal_fact (id),
    ADD FOREIGN KEY (playbook_version) REFERENCES journal_playbook_version (id);
