-- Who a request comes from, all that decides it in one statement, for many requests at once: the
-- session as it stands, the account, the device it was begun on, the posts of today, and whether
-- what processes keep in memory still holds. Read anew with every request, so that an ended post,
-- a closed account or a device turned away counts from the next one on.
--
-- One row for each asked, by its place from 0. A session says inside whose it is, which only the
-- application can read: it passes the account and the device it found there the last time, and
-- compares them with what the session says now.
--
-- ``moment`` is the kernel's time; sessions end by the machine's, as
-- Django has them. In plpgsql: its statement is planned once a connection.
CREATE FUNCTION directory_who(sessions text[], users uuid[], devices uuid[], today date,
                              moment timestamptz)
RETURNS TABLE (place integer, session_data text, username text, display_name text, password text,
               language text, must_change_password boolean, created_at timestamptz,
               sessions_from timestamptz, device_seen_on date, ways jsonb, tokens jsonb)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    kept jsonb := journal_kept_tokens();
BEGIN
    RETURN QUERY
    SELECT (asked.place - 1)::integer, session.session_data, account.username,
           account.display_name, account.password::text, account.language,
           account.must_change_password, account.created_at, account.sessions_from,
           device.last_seen_on, held.ways, kept
    FROM unnest(sessions, users, devices) WITH ORDINALITY
        AS asked (session_key, user_id, device_id, place)
    LEFT JOIN django_session AS session
      ON session.session_key = asked.session_key AND session.expire_date > statement_timestamp()
    LEFT JOIN accounts_user AS account ON account.id = asked.user_id AND account.is_active
    LEFT JOIN accounts_device AS device
      ON device.id = asked.device_id AND device.user_id = asked.user_id
     AND device.revoked_at IS NULL AND device.expires_at > moment
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(way.id, way.role, way.area_id, way.area_name,
                                           way.held_at, way.scope_code)
                         ORDER BY way.since NULLS LAST, way.id) AS ways
        FROM (
            SELECT post.id, post.role_id AS role, post.area_id, name.name AS area_name,
                   coalesce(held_at.name, '') AS held_at, area.scope_code,
                   post.valid_from AS since
            FROM directory_post AS post
            JOIN directory_area AS area ON area.id = post.area_id
            JOIN directory_area_name AS name ON name.area_id = area.id
             AND name.kind = 'official' AND name.valid_to IS NULL
            LEFT JOIN directory_organization AS held_at ON held_at.id = post.organization_id
            WHERE post.user_id = asked.user_id AND post.valid_from <= today
              AND coalesce(post.valid_to, 'infinity') > today
            UNION ALL
            SELECT own.person_id, 'resident', own.village_id, name.name, '', own.scope_code, NULL
            FROM directory_account_person(asked.user_id) AS own
            JOIN directory_area_name AS name ON name.area_id = own.village_id
             AND name.kind = 'official' AND name.valid_to IS NULL
        ) AS way
    ) AS held ON true
    ORDER BY asked.place;
END $$;
