-- A stored document never changes; what may no longer be kept is deleted.
GRANT SELECT, INSERT, DELETE ON files_document TO :app_role;
-- An import moves on; what columns were matched with is learned anew each time.
GRANT SELECT, INSERT, UPDATE ON files_import, files_mapping TO :app_role;
