-- Places, their names, codes and parents: few rows, on every page, changed once in years.
INSERT INTO journal_kept (name, token) VALUES ('areas', gen_random_uuid());
CREATE TRIGGER directory_area_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_area
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('areas');
CREATE TRIGGER directory_area_name_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_area_name
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('areas');
CREATE TRIGGER directory_area_code_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_area_code
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('areas');
CREATE TRIGGER directory_area_link_kept AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_area_link
FOR EACH STATEMENT EXECUTE FUNCTION journal_kept_changed('areas');
