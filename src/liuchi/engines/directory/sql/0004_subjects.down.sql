DROP FUNCTION directory_people_named(text[], text[]);
DROP FUNCTION directory_households_of(uuid[], date);
DROP FUNCTION directory_holders(uuid[], text, date);
DROP FUNCTION directory_near(text, integer, date);
DROP FUNCTION directory_subjects(uuid[], date);
