-- What stands behind opening balances, for whoever sees the transfers that posted them: the
-- resident and the household as well, who see neither the list (it names many) nor other lines.
CREATE FUNCTION points_openings_told(wanted uuid[])
RETURNS TABLE (transfer_id uuid, points integer, held_on date, proposed_at timestamptz,
               proposed_by_id uuid, decided_at timestamptz, decided_by_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT line.transfer_id, line.points, line.held_on, list.proposed_at, list.proposed_by_id,
           list.decided_at, list.decided_by_id
    FROM points_opening AS line JOIN points_opening_list AS list ON list.id = line.list_id
    WHERE line.transfer_id = ANY (wanted)
$$;
REVOKE ALL ON FUNCTION points_openings_told(uuid[]) FROM PUBLIC;
