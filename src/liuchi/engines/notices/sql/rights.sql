-- What the application may do with notices. Old ones are deleted: they are no record.
GRANT SELECT, INSERT, UPDATE, DELETE ON notices_notice, notices_preference, notices_contact,
    notices_message, notices_message_item TO :app_role;
GRANT EXECUTE ON FUNCTION notices_unread(uuid) TO :app_role;
