-- What is asked never changes once it is sent; when it ends, who answers for it and its state do.
REVOKE ALL ON collect_table, collect_reply FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, ends_on, owner_id, closed_at, closed_why, forgotten_at)
    ON collect_table TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, rows, handed_in_at, handed_in_by, reason,
    reminded_at, reminded_times) ON collect_reply TO :app_role;
