-- Public tables are written by the owner's two functions alone. What is prepared moves on and is
-- never removed, but for rows and pictures of a draft.
REVOKE ALL ON disclosures_applicability, disclosures_posting, disclosures_row, disclosures_import,
    disclosures_attachment, disclosures_public_posting, disclosures_public_row,
    disclosures_public_file, disclosures_check, disclosures_checked, disclosures_member,
    disclosures_meeting, disclosures_review, disclosures_source, disclosures_model_village
    FROM :app_role;
GRANT SELECT ON disclosures_public_posting, disclosures_public_row, disclosures_public_file
    TO :app_role;
GRANT SELECT, INSERT ON disclosures_applicability, disclosures_meeting, disclosures_review
    TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, subject, note, why, row_count, preparer_ids, submitted_by_id,
    submitted_at, sent_back_by_id, sent_back_at, reason) ON disclosures_posting TO :app_role;
GRANT SELECT, INSERT, DELETE, UPDATE (position, cells) ON disclosures_row TO :app_role;
GRANT SELECT, INSERT, UPDATE (state, rows, done_at, undone_at) ON disclosures_import TO :app_role;
GRANT SELECT, INSERT, DELETE ON disclosures_attachment TO :app_role;
GRANT SELECT, INSERT, UPDATE (seal_head, many, drawn_at) ON disclosures_check TO :app_role;
GRANT SELECT, INSERT, UPDATE (done_by_id, done_at, fault, words, case_id, rectify_by,
    mended_by_id, mended_at, mended_words, mended_posting_id, returned, returned_words,
    rectified_by_id, rectified_at, rectified_words, fact_id) ON disclosures_checked TO :app_role;
GRANT SELECT, INSERT, UPDATE (left_on, left_reason) ON disclosures_member TO :app_role;
GRANT SELECT, INSERT, UPDATE (ended_on, ended_reason, ended_by_id, ended_at)
    ON disclosures_model_village TO :app_role;
GRANT SELECT, INSERT, DELETE, UPDATE (seen, changed_rows, changed_at) ON disclosures_source
    TO :app_role;
GRANT EXECUTE ON FUNCTION disclosures_publish(jsonb) TO :app_role;
GRANT EXECUTE ON FUNCTION disclosures_take_down(uuid, text, timestamptz) TO :app_role;
