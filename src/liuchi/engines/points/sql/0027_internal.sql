-- A currency for internal use is seen by its holder and by who works with it, whatever a query
-- forgets: policies beside the ones of scope, all of which must agree.
CREATE FUNCTION points_scope_inner() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('liuchi.scope_inner', true) IS NOT DISTINCT FROM 'on'
$$;
CREATE FUNCTION points_scope_self() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('liuchi.scope_self', true), '')::uuid
$$;
-- Whether a row that names no currency is of an internal one, by what it is about. As the owner:
-- asked by a policy, which could not see what it asks about.
CREATE FUNCTION points_claim_is_internal(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM points_claim WHERE id = wanted AND starts_with(unit, 'internal:'))
$$;
CREATE FUNCTION points_purse_is_internal(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM points_account WHERE id = wanted AND starts_with(unit, 'internal:'))
$$;
CREATE FUNCTION points_transfer_is_internal(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM points_entry
                   WHERE transfer_id = wanted AND starts_with(unit, 'internal:'))
$$;
CREATE FUNCTION points_campaign_is_internal(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM points_campaign
                   WHERE id = wanted AND starts_with(unit, 'internal:'))
$$;
REVOKE ALL ON FUNCTION points_claim_is_internal(uuid), points_purse_is_internal(uuid),
    points_transfer_is_internal(uuid), points_campaign_is_internal(uuid) FROM PUBLIC;

DO $$
DECLARE
    asked record;
BEGIN
    FOR asked IN SELECT * FROM (VALUES
        ('points_claim', 'starts_with(unit, ''internal:'')', 'person_id'),
        ('points_account', 'starts_with(unit, ''internal:'')', 'person_id'),
        ('points_entry', 'starts_with(unit, ''internal:'')', 'person_id'),
        ('points_opening', 'starts_with(unit, ''internal:'')', 'person_id'),
        ('points_campaign', 'starts_with(unit, ''internal:'')', 'NULL'),
        ('points_campaign_part', 'points_campaign_is_internal(campaign_id)', 'NULL'),
        ('points_campaign_line', 'points_campaign_is_internal(campaign_id)', 'person_id'),
        ('points_lot', 'points_purse_is_internal(account_id)', 'person_id'),
        ('points_lot_move', 'points_purse_is_internal(account_id)', 'person_id'),
        ('points_transfer', 'points_transfer_is_internal(id)', 'person_id'),
        ('points_review', 'points_claim_is_internal(claim_id)', 'person_id'),
        ('points_appeal', 'points_claim_is_internal(claim_id)', 'person_id'),
        ('points_approval', 'points_claim_is_internal(claim_id)', 'person_id'),
        ('points_objection', 'points_claim_is_internal(claim_id)', 'NULL')
    ) AS of (holder, is_internal, whose) LOOP
        EXECUTE format(
            'CREATE POLICY %I ON %I AS RESTRICTIVE USING ((SELECT points_scope_inner()) '
            'OR NOT %s OR coalesce(%s = (SELECT points_scope_self()), false))',
            asked.holder || '_internal', asked.holder, asked.is_internal, asked.whose || '::uuid');
    END LOOP;
END $$;
