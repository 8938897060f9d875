-- Every deadline asks which days are worked.
INSERT INTO journal_kept (name, token) VALUES ('calendar', gen_random_uuid());
CREATE TRIGGER directory_calendar_day_kept
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_calendar_day
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('calendar');
CREATE TRIGGER directory_calendar_year_kept
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_calendar_year
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('calendar');
