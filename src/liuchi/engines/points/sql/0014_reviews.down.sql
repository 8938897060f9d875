DROP TRIGGER points_appeal_no_part ON points_appeal;
DROP TRIGGER points_review_no_part ON points_review;
DROP FUNCTION points_appeal_check();
DROP FUNCTION points_last_word(uuid);
DROP FUNCTION points_review_check();
DROP FUNCTION points_has_part_in(uuid, uuid, timestamptz);
DROP POLICY points_appeal_scope ON points_appeal;
DROP POLICY points_review_scope ON points_review;
