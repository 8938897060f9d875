-- What the application may do with points: propose and review claims, keep the shop's
-- catalogue, read the ledger, and ask for postings.
REVOKE ALL ON points_claim, points_account, points_transfer, points_entry, points_shop,
    points_goods, points_redemption FROM :app_role;

GRANT SELECT, INSERT ON points_claim TO :app_role;
-- A claim becomes 'posted' or 'reversed' only inside points_post(): the check on posted_at
-- and this list of columns keep the application from saying so by itself.
GRANT UPDATE (state, revision, reviewed_at, reviewed_by, review_reason, review_fact_id,
    notice_until, withdrawn_at) ON points_claim TO :app_role;
GRANT SELECT ON points_account, points_transfer, points_entry, points_redemption TO :app_role;
GRANT SELECT, INSERT, UPDATE ON points_shop, points_goods TO :app_role;
GRANT EXECUTE ON FUNCTION points_post(jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION points_on_notice(uuid, timestamptz) TO :app_role;
