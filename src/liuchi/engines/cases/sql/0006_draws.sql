-- What hangs on a case is seen where the case is seen: by the place, and by the units called.
DO $$
DECLARE
    holder text;
BEGIN
    FOREACH holder IN ARRAY ARRAY['cases_drawn'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', holder);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING (EXISTS ('
            'SELECT FROM cases_case AS held WHERE held.id = %I.case_id))',
            holder || '_of_case', holder, holder);
    END LOOP;
END $$;
