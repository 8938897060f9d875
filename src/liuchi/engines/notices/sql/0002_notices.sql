-- Notices belong to their recipient, whatever post somebody acts through: a secretary does
-- not read the inbox of a resident of the same community.

-- The account acting now. Not set on a connection that speaks for a place alone.
CREATE FUNCTION notices_scope_actor() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM journal_scope_require();
    RETURN nullif(current_setting('liuchi.scope_actor', true), '')::uuid;
END $$;

-- The resident behind that account, also for somebody who acts through a post.
CREATE FUNCTION notices_scope_person() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(journal_scope_person(),
                    (SELECT person_id FROM directory_account_person(notices_scope_actor())))
$$;

-- Work nobody asked for by hand (flows, the worker) covers every place and stands for no person.
CREATE FUNCTION notices_scope_everybody() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT journal_scope_low() = '' AND journal_scope_person() IS NULL
$$;

DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['notices_notice', 'notices_preference', 'notices_contact',
                                  'notices_message', 'notices_message_item'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ((SELECT notices_scope_everybody()) '
            'OR recipient_id IN ((SELECT notices_scope_actor()), (SELECT notices_scope_person())))',
            holder || '_recipient', holder);
    END LOOP;
END $$;

-- How many unread lines an account has, its resident's included; at most 100 are counted.
-- Asked by the frame of every page, before any scope: only a number comes back.
CREATE FUNCTION notices_unread(account uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer FROM (
        SELECT FROM notices_notice
        WHERE recipient_id IN (account, (SELECT person_id FROM directory_account_person(account)))
          AND closed_at IS NULL AND read_at IS NULL
        LIMIT 100
    ) AS unread
$$;
REVOKE ALL ON FUNCTION notices_unread(uuid) FROM PUBLIC;
