-- Whoever asks where somebody lived on a day reads that person's memberships: one index for all of
-- them. The two there were serve open and ended ones apart, and a question about a day says
-- neither, so each such question had come to read everybody's.
CREATE INDEX directory_membership_person ON directory_membership (person_id);
DROP INDEX directory_membership_past;
