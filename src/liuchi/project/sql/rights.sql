-- What the application role may do with the tables of Django and procrastinate.
-- Applied after every migration; repeating it changes nothing.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :app_role;
GRANT SELECT ON django_migrations, django_content_type, auth_permission, auth_group,
    auth_group_permissions TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
    procrastinate_periodic_defers, procrastinate_workers TO :app_role;
GRANT USAGE, SELECT ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
    procrastinate_periodic_defers_id_seq, procrastinate_workers_id_seq TO :app_role;
