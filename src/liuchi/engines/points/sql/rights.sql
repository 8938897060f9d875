-- The application reads the ledger and posts to it by one function. It writes claims, but
-- not the columns that say a claim is posted; shops and goods, but not what they hold.
REVOKE ALL ON points_account, points_transfer, points_entry, points_redemption, points_gift,
    points_claim, points_shop, points_goods, points_batch, points_approval FROM :app_role;
REVOKE ALL ON points_notice_sheet, points_objection, points_objection_key, points_objection_line,
    points_objection_guard, points_public_name FROM :app_role;

GRANT SELECT ON points_account, points_transfer, points_entry, points_redemption, points_gift,
    points_claim, points_shop, points_goods, points_batch, points_approval TO :app_role;
GRANT INSERT (id, person_id, masked_name, household_id, village_id, scope_code, playbook_version, unit,
    rule_code, rule_title, rule_class, award, per, quantity, points, publicity_work_days,
    happened_on, note, evidence, proposed_by_id, proposed_at, proposed_fact_id, state, version,
    review_reason, capacity, asked_by_id, batch_id, waiting_since, upper_since, upper_reason,
    corrects_id) ON points_claim TO :app_role;
GRANT UPDATE (masked_name, note, evidence, state, version, reviewed_by_id, reviewed_at,
    reviewed_fact_id, review_reason, notice_ends_at, waiting_since, upper_since, upper_reason)
    ON points_claim TO :app_role;
GRANT INSERT ON points_batch, points_approval TO :app_role;
GRANT UPDATE (evidence) ON points_batch TO :app_role;
GRANT UPDATE (state, version, decided_by_id, decided_at, answer, fact_id)
    ON points_approval TO :app_role;
GRANT INSERT ON points_shop, points_goods TO :app_role;
-- Goods an import offered by mistake and nobody has taken in; foreign keys keep the others.
GRANT DELETE ON points_goods TO :app_role;
GRANT UPDATE (title, price_points, value_fen, low_stock, image_id) ON points_goods TO :app_role;
GRANT EXECUTE ON FUNCTION points_post(jsonb, jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION points_on_notice(uuid, timestamptz) TO :app_role;

-- Notices and objections. A sheet's number and day never change; an objection is never
-- deleted, what was written about it may be: line by line, and for good with its key.
GRANT UPDATE (sheet_id, sheet_place, name_hidden, objections_open, posts_not_before, quantity,
    points) ON points_claim TO :app_role;
GRANT SELECT, INSERT, UPDATE (items, ends_at) ON points_notice_sheet TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, outcome, answered_by_id, answered_at, erased_at)
    ON points_objection TO :app_role;
GRANT SELECT, INSERT, UPDATE (wrapped_key, ring_id), DELETE ON points_objection_key TO :app_role;
GRANT SELECT, INSERT, DELETE ON points_objection_line TO :app_role;
GRANT SELECT, INSERT, DELETE ON points_objection_guard TO :app_role;
GRANT SELECT, INSERT, UPDATE (anonymous, chosen_at, chosen_to_id) ON points_public_name
    TO :app_role;
GRANT EXECUTE ON FUNCTION points_notice_items(uuid, timestamptz) TO :app_role;
GRANT EXECUTE ON FUNCTION points_notice_counts(uuid) TO :app_role;
GRANT EXECUTE ON FUNCTION points_used(jsonb) TO :app_role;

-- Opening balances: what a list says never changes, only where it stands; what posted it is
-- written by the owner's function.
REVOKE ALL ON points_opening_list, points_opening FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, decided_by_id, decided_at, reason)
    ON points_opening_list TO :app_role;
GRANT SELECT, INSERT, UPDATE (state) ON points_opening TO :app_role;
GRANT EXECUTE ON FUNCTION points_openings_told(uuid[]) TO :app_role;

-- Grades and cards. A line's sum is counted again while it is proposed and never afterwards;
-- an imported grade says what its issuer said. A card's token never changes.
REVOKE ALL ON points_grade_round, points_grade, points_grade_appeal, points_official_grade,
    points_card_key, points_card FROM :app_role;
GRANT SELECT, INSERT, UPDATE (as_of, window_from, state, version, people, graded, computed_by_id,
    computed_at, published_at, notice_ends_at, issued_by_id, issued_at, issued_on, valid_to)
    ON points_grade_round TO :app_role;
GRANT SELECT, INSERT, UPDATE (masked_name, points, counted_to, grade, title, rank, place, state, since, fact_id),
    DELETE ON points_grade TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, outcome, answered_by_id, answered_at, wrapped_key, ring_id,
    text, answer) ON points_grade_appeal TO :app_role;
GRANT SELECT, INSERT, UPDATE (state) ON points_official_grade TO :app_role;
GRANT SELECT, INSERT, UPDATE (wrapped_key, ring_id, retired_at) ON points_card_key TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, revoked_by_id, revoked_at, revoked_for, revoked_cause_id)
    ON points_card TO :app_role;
GRANT EXECUTE ON FUNCTION points_standings(uuid, date) TO :app_role;
GRANT EXECUTE ON FUNCTION points_card_read(uuid, text) TO :app_role;
GRANT EXECUTE ON FUNCTION points_cards_refused(date) TO :app_role;
GRANT EXECUTE ON FUNCTION points_grade_list(uuid, timestamptz) TO :app_role;
GRANT EXECUTE ON FUNCTION points_grade_counts(uuid) TO :app_role;
GRANT EXECUTE ON FUNCTION points_counted(uuid, uuid[], text, date, date, timestamptz, timestamptz,
    text[], boolean) TO :app_role;
GRANT EXECUTE ON FUNCTION points_earned(uuid, uuid[], text, date, date, timestamptz, timestamptz,
    text[], boolean, date) TO :app_role;
-- Shops: a price that was decided is never changed; hours and closures are.
REVOKE ALL ON points_goods_price, points_shop_closure FROM :app_role;
GRANT UPDATE (hours) ON points_shop TO :app_role;
GRANT UPDATE (barcode, next_price_points, next_price_from, discontinued_at) ON points_goods
    TO :app_role;
GRANT SELECT, INSERT ON points_goods_price TO :app_role;
GRANT SELECT, INSERT, DELETE ON points_shop_closure TO :app_role;
-- Benefits: what was agreed and used stays; only where it stands moves on.
REVOKE ALL ON points_agreement, points_offer, points_benefit_use, points_benefit_code,
    points_benefit_statement, points_statement_note FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, documents, to_on, signed_by_id, signed_at,
    moved_reason, plaque_on, plaque_by_id) ON points_agreement TO :app_role;
GRANT SELECT, INSERT, UPDATE (title) ON points_offer TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, returned_at, returned_to_id,
    undone_by_id, undone_at, undo_reason) ON points_benefit_use TO :app_role;
GRANT SELECT, INSERT, UPDATE (used_at, use_id, voided_at) ON points_benefit_code TO :app_role;
GRANT SELECT, INSERT, UPDATE (lines, uses, saved_fen, drawn_at, round, state, version,
    provider_by_id, provider_at, community_by_id, community_at)
    ON points_benefit_statement TO :app_role;
GRANT SELECT, INSERT ON points_statement_note TO :app_role;
GRANT EXECUTE ON FUNCTION points_providers_of_actor() TO :app_role;
GRANT EXECUTE ON FUNCTION points_provider_uses(uuid, uuid, date, date, integer) TO :app_role;

-- The counter: what a basket says never changes; what is set aside, only by the functions.
REVOKE ALL ON points_basket, points_basket_line, points_counter_secret, points_lease,
    points_reservation FROM :app_role;
GRANT SELECT, INSERT, UPDATE (settled_at, settled_by_id) ON points_basket TO :app_role;
GRANT SELECT, INSERT ON points_basket_line TO :app_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON points_counter_secret TO :app_role;
GRANT SELECT, INSERT, UPDATE (seen_at, offline_until, by_id, closed_at, closed_by_id, close_reason)
    ON points_lease TO :app_role;
GRANT EXECUTE ON FUNCTION points_reserve(uuid, jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION points_release(uuid, jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION points_release_all(uuid, uuid[], boolean) TO :app_role;
GRANT EXECUTE ON FUNCTION points_reserved_for(uuid) TO :app_role;
GRANT EXECUTE ON FUNCTION
    points_counter(text[], text[], uuid[], uuid[], uuid[], uuid[], uuid[], date) TO :app_role;

-- What came back of a redemption is written by the owner's function.
REVOKE ALL ON points_return FROM :app_role;
GRANT SELECT ON points_return TO :app_role;
-- Review in steps: what was decided stays as it was written, but for words that are forgotten.
REVOKE ALL ON points_review, points_appeal FROM :app_role;
GRANT UPDATE (review_step, review_round) ON points_claim TO :app_role;
GRANT SELECT, INSERT, UPDATE (reason) ON points_review TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, outcome, answer, reason, decided_by_id, decided_at,
    decided_fact_id) ON points_appeal TO :app_role;
GRANT EXECUTE ON FUNCTION points_last_word(uuid) TO :app_role;

-- Lots follow the ledger by themselves; who was warned is noted, and how long points hold is
-- said before they are posted.
REVOKE ALL ON points_lot, points_lot_move, points_dated_unit FROM :app_role;
GRANT SELECT, UPDATE (warned_at) ON points_lot TO :app_role;
GRANT SELECT ON points_lot_move TO :app_role;
GRANT SELECT, INSERT ON points_dated_unit TO :app_role;
GRANT UPDATE (expires_on) ON points_claim, points_opening TO :app_role;
GRANT EXECUTE ON FUNCTION points_lots_due(date, integer) TO :app_role;



-- Rounds of life.
GRANT EXECUTE ON FUNCTION points_move_home(uuid[], uuid, text) TO :app_role;
REVOKE ALL ON points_closing FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, closed_at, successor_id, passed_by_id) ON points_closing
    TO :app_role;
GRANT EXECUTE ON FUNCTION points_post_claims(uuid[], uuid, timestamptz) TO :app_role;

-- Stocktakes and goods on their way: what was counted or sent never changes.
REVOKE ALL ON points_stocktake, points_stock_move FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, reason, decided_by_id, decided_at) ON points_stocktake
    TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, ended_by_id, ended_at) ON points_stock_move TO :app_role;
-- A budget is opened by the first approval under it; what is committed, triggers keep.
REVOKE ALL ON points_budget FROM :app_role;
GRANT SELECT, INSERT, UPDATE (points) ON points_budget TO :app_role;
GRANT UPDATE (budget_id) ON points_claim TO :app_role;
-- What the town once set it to, and why, stays as it was written.
REVOKE ALL ON points_budget_change FROM :app_role;
GRANT SELECT, INSERT ON points_budget_change TO :app_role;

-- Campaigns: whom one names and what it gives never changes; what posted it, and how far that
-- has come, the owner's functions write.
REVOKE ALL ON points_campaign, points_campaign_part, points_campaign_line FROM :app_role;
GRANT SELECT, INSERT, UPDATE (state, version, people, decided_by_id, decided_at,
    decided_fact_id, decide_reason, expires_on, undo_asked_by_id, undo_asked_at, undo_reason,
    undone_by_id, undone_at) ON points_campaign TO :app_role;
GRANT SELECT, INSERT, UPDATE (people, points, sheet_id, first_place, budget_id)
    ON points_campaign_part TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, reason, place, claim_id) ON points_campaign_line
    TO :app_role;
GRANT EXECUTE ON FUNCTION points_post_campaign(uuid, integer, uuid, timestamptz) TO :app_role;
GRANT EXECUTE ON FUNCTION points_undo_campaign(uuid, integer, uuid, timestamptz) TO :app_role;
GRANT EXECUTE ON FUNCTION points_notice_campaigns(uuid) TO :app_role;
GRANT EXECUTE ON FUNCTION points_notice_people(uuid, uuid, integer, integer, timestamptz)
    TO :app_role;
-- What somebody is told of objections to an entry of theirs.
GRANT EXECUTE ON FUNCTION points_objections_told(uuid) TO :app_role;
-- Asked by the policies that hide an internal currency.
GRANT EXECUTE ON FUNCTION points_claim_is_internal(uuid), points_purse_is_internal(uuid),
    points_transfer_is_internal(uuid), points_campaign_is_internal(uuid) TO :app_role;

-- Sums of purses: read through the function that asks who may see the person, and written by
-- the owner's alone.
REVOKE ALL ON points_total, points_total_mark FROM :app_role;
GRANT EXECUTE ON FUNCTION points_roll_up(bigint) TO :app_role;
GRANT EXECUTE ON FUNCTION points_totals(uuid, text) TO :app_role;
