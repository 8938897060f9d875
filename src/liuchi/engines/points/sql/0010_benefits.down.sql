DROP FUNCTION points_provider_uses(uuid, uuid, date, date, integer);
DROP POLICY points_benefit_statement_scope ON points_benefit_statement;
DROP FUNCTION points_providers_of_actor();
DROP POLICY points_benefit_code_scope ON points_benefit_code;
DROP POLICY points_benefit_use_scope ON points_benefit_use;
