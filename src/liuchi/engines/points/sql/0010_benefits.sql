-- A use and a one-time code are a resident's: staff of the home's area see them, and the
-- resident. A provider sees neither table; what it may know comes by the function below.
ALTER TABLE points_benefit_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_benefit_use_scope ON points_benefit_use USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));
ALTER TABLE points_benefit_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_benefit_code_scope ON points_benefit_code USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL OR person_id = (SELECT journal_scope_person())));

-- The organisations whoever acts holds, or held, a provider's post at.
CREATE FUNCTION points_providers_of_actor() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT post.organization_id FROM directory_post AS post
    WHERE post.user_id = nullif(current_setting('liuchi.scope_actor', true), '')::uuid
      AND post.role_id = 'merchant' AND post.organization_id IS NOT NULL
$$;
REVOKE ALL ON FUNCTION points_providers_of_actor() FROM PUBLIC;

-- A statement is between two sides: staff of the area, and the provider's own people.
ALTER TABLE points_benefit_statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY points_benefit_statement_scope ON points_benefit_statement USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND ((SELECT journal_scope_person()) IS NULL
         OR organization_id IN (SELECT points_providers_of_actor())));

-- What a provider sees of the uses it honoured: never whose they were. Newest first.
CREATE FUNCTION points_provider_uses(
    provider uuid, before uuid, first_day date, end_day date, most integer)
RETURNS TABLE (id uuid, agreement_id uuid, offer_id uuid, offer_title text, kind text,
    at timestamptz, used_on date,
    via text, price_fen integer, saved_fen integer, thing text, due_on date,
    returned_at timestamptz, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT used.id, used.agreement_id, used.offer_id, offer.title, offer.kind, used.at,
           used.used_on, used.via,
           used.price_fen, used.saved_fen, used.thing, used.due_on, used.returned_at, used.state
    FROM points_benefit_use AS used JOIN points_offer AS offer ON offer.id = used.offer_id
    WHERE used.organization_id = provider
      AND provider IN (SELECT points_providers_of_actor())
      AND (before IS NULL OR used.id < before)
      AND (first_day IS NULL OR used.used_on >= first_day)
      AND (end_day IS NULL OR used.used_on < end_day)
    ORDER BY used.id DESC LIMIT most
$$;
REVOKE ALL ON FUNCTION points_provider_uses(uuid, uuid, date, date, integer) FROM PUBLIC;
