-- Screens that hang where everybody passes: an address without sign-in, which can be taken back.
-- Who holds the address sees the few figures of one place, and nothing about anybody.
CREATE TABLE indicators_screen (
    id         uuid        PRIMARY KEY,
    area_id    uuid        NOT NULL,
    scope_code text        COLLATE "C" NOT NULL,
    title      text        NOT NULL CHECK (length(title) BETWEEN 1 AND 40),
    opened_at  timestamptz NOT NULL,
    opened_by  uuid        NOT NULL,
    closed_at  timestamptz,
    closed_by  uuid,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CHECK (closed_at >= opened_at)
);
CREATE INDEX indicators_screen_of ON indicators_screen (scope_code, opened_at);

ALTER TABLE indicators_screen ENABLE ROW LEVEL SECURITY;
CREATE POLICY indicators_screen_scope ON indicators_screen USING (
    scope_code COLLATE "C" >= (SELECT journal_scope_low())
    AND scope_code COLLATE "C" < (SELECT journal_scope_high())
    AND (SELECT journal_scope_person()) IS NULL);
