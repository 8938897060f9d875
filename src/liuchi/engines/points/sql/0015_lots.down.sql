DROP TRIGGER points_entry_lots ON points_entry;
DROP TRIGGER points_return_into_lots ON points_return;
DROP TRIGGER points_opening_into_lots ON points_opening;
DROP TRIGGER points_account_above_lots ON points_account;
DROP TRIGGER points_lot_within_balance ON points_lot;
DROP TRIGGER points_lot_move_no_change ON points_lot_move;
DROP TRIGGER points_lot_move_no_delete ON points_lot_move;
DROP TRIGGER points_lot_no_delete ON points_lot;
DROP POLICY points_lot_scope ON points_lot;
DROP POLICY points_lot_move_scope ON points_lot_move;
DROP FUNCTION points_lots_due(date, integer), points_check_balances(), points_check_lot(),
    points_opening_lots(), points_return_lots(), points_lots_follow(),
    points_lot_back(uuid, uuid, uuid, bigint, date, text, uuid),
    points_lot_take(uuid, uuid, bigint, uuid, date, text, uuid),
    points_lot_add(uuid, uuid, date, bigint, text, uuid, uuid, date);
