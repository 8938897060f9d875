DROP TABLE journal_playbook_adoption;
