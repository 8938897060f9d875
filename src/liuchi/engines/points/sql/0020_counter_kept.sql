-- points_counter as 0012 made it, in a language that keeps its plan: joining nine tables took
-- ten times longer to plan than to do, and one customer was planned as long as a thousand.
CREATE OR REPLACE FUNCTION points_counter(lows text[], highs text[], owns uuid[], users uuid[],
                               persons uuid[], shops uuid[], wanted uuid[], today date)
RETURNS TABLE (
    place integer, shop_name text, shop_village uuid, shop_village_name text, shop_scope text,
    unit text, goods_code text, goods_title text, price_points integer, value_fen integer,
    stock bigint, low_stock integer, image_id uuid, barcode text, discontinued boolean,
    person_name text, household_id uuid,
    home_area uuid, home_scope text, balance bigint, user_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT (asked.place - 1)::integer, shop.name, shop.village_id, village.name, shop.scope_code,
           shop.unit, goods.code, goods.title,
           CASE WHEN goods.next_price_from <= today THEN goods.next_price_points
                ELSE goods.price_points END, goods.value_fen,
           coalesce(stock.balance, 0), goods.low_stock, goods.image_id,
           goods.barcode, goods.discontinued_at IS NOT NULL, person.name,
           member.household_id, person.village_id, person.scope_code,
           coalesce(purse.balance, 0), asker.display_name
    FROM unnest(lows, highs, owns, users, persons, shops, wanted) WITH ORDINALITY
        AS asked (low, high, own, user_id, person_id, shop_id, goods_id, place)
    LEFT JOIN points_shop AS shop ON shop.id = asked.shop_id
     AND (starts_with(shop.scope_code, asked.low) OR starts_with(asked.low, shop.scope_code))
    LEFT JOIN directory_area_name AS village ON village.area_id = shop.village_id
     AND village.kind = 'official' AND village.valid_to IS NULL
    LEFT JOIN points_goods AS goods ON goods.id = asked.goods_id AND goods.shop_id = shop.id
    LEFT JOIN points_account AS stock ON stock.kind = 'stock' AND stock.holder_id = shop.id
     AND stock.unit = 'goods:' || goods.id
    LEFT JOIN directory_person AS person ON person.id = asked.person_id
     AND person.scope_code COLLATE "C" >= asked.low
     AND person.scope_code COLLATE "C" < asked.high
     AND (asked.own IS NULL OR person.id = asked.own)
    LEFT JOIN directory_membership AS member
      ON member.person_id = person.id AND member.valid_to IS NULL
    LEFT JOIN points_account AS purse ON purse.kind = 'person' AND purse.unit = shop.unit
     AND purse.holder_id = person.id
    LEFT JOIN accounts_user AS asker ON asker.id = asked.user_id
    ORDER BY asked.place;
END $$;
