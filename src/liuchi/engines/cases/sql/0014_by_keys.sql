-- A plan that is kept may have been made when a table was nearly empty: it would read all of it
-- for a case by its id until statistics are renewed. What goes by keys never does.
ALTER FUNCTION cases_take(text, text, text, uuid[], timestamptz) SET enable_seqscan = off;
ALTER FUNCTION cases_write_rows(jsonb) SET enable_seqscan = off;
ALTER FUNCTION cases_move(jsonb) SET enable_seqscan = off;
ALTER FUNCTION cases_take_in(jsonb) SET enable_seqscan = off;

-- A case with its limits, what was asked for them and its tasks, as whoever asks may see it.
CREATE FUNCTION cases_opened(wanted uuid)
RETURNS TABLE (held jsonb, clocks jsonb, changes jsonb, tasks jsonb)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT to_jsonb(its),
        (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.started_at, c.id), '[]')
         FROM cases_clock AS c WHERE c.case_id = its.id),
        (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.id), '[]')
         FROM cases_clock_change AS c WHERE c.case_id = its.id),
        (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]')
         FROM cases_task AS t WHERE t.case_id = its.id)
    FROM cases_case AS its WHERE its.id = wanted;
END $$;
