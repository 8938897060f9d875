-- A stored document never changes.
GRANT SELECT, INSERT ON files_document TO :app_role;
