-- A village that comes under another town takes its issued bulletins with it: the place a row is
-- filed under may change, and nothing that was issued.
CREATE OR REPLACE FUNCTION bulletins_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' AND (
        TG_OP = 'DELETE'
        OR to_jsonb(OLD) - 'scope_code' IS DISTINCT FROM to_jsonb(NEW) - 'scope_code'
    ) THEN
        RAISE EXCEPTION 'bulletin % is issued and never changes', OLD.id;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE OR REPLACE FUNCTION bulletins_refuse_figure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_OP <> 'UPDATE'
        OR to_jsonb(OLD) - 'scope_code' IS DISTINCT FROM to_jsonb(NEW) - 'scope_code')
       AND EXISTS (SELECT FROM bulletins_bulletin
                   WHERE id IN (OLD.bulletin_id, NEW.bulletin_id) AND state = 'issued') THEN
        RAISE EXCEPTION 'the figures of an issued bulletin never change';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
