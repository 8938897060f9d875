DROP TRIGGER points_campaign_part_budget ON points_campaign_part;
DROP FUNCTION points_campaign_budget();
DROP FUNCTION points_post_campaign(uuid, integer, uuid, timestamptz);
DROP FUNCTION points_undo_campaign(uuid, integer, uuid, timestamptz);
DROP FUNCTION points_notice_campaigns(uuid);
DROP FUNCTION points_notice_people(uuid, uuid, integer, integer, timestamptz);
