-- Model villages: who they are is open to everybody, naming one is not.

-- No more of a town at any time than it has places, and no village twice: whoever comes second
-- finds the place taken, however close together two people press the button.
ALTER TABLE disclosures_model_village
    ADD CONSTRAINT disclosures_model_village_one_a_place EXCLUDE USING gist (
        town_id WITH =, playbook WITH =, number WITH =, daterange(since, ended_on) WITH &&),
    ADD CONSTRAINT disclosures_model_village_once EXCLUDE USING gist (
        area_id WITH =, playbook WITH =, daterange(since, ended_on) WITH &&);

ALTER TABLE disclosures_model_village ENABLE ROW LEVEL SECURITY;
CREATE POLICY disclosures_model_village_open ON disclosures_model_village
    FOR SELECT USING (true);
CREATE POLICY disclosures_model_village_named ON disclosures_model_village
    FOR INSERT WITH CHECK (
        scope_code COLLATE "C" >= (SELECT journal_scope_low())
        AND scope_code COLLATE "C" < (SELECT journal_scope_high())
        AND (SELECT journal_scope_person()) IS NULL);
CREATE POLICY disclosures_model_village_ended ON disclosures_model_village
    FOR UPDATE USING (
        scope_code COLLATE "C" >= (SELECT journal_scope_low())
        AND scope_code COLLATE "C" < (SELECT journal_scope_high())
        AND (SELECT journal_scope_person()) IS NULL);
