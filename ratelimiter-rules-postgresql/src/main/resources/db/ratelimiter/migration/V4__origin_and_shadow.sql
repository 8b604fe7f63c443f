-- From where a change was made, and a switch that sets all rules into shadow.

-- The address that the library sets for a transaction.
ALTER TABLE rate_limit_audit_log ADD COLUMN origin text;
ALTER TABLE rate_limit_audit_log
  ALTER COLUMN origin SET DEFAULT nullif(current_setting('ratelimiter.origin', true), '');

-- In shadow, all requests are counted and none is refused. A change is a revision, so all processes
-- notice it as they notice a change of the rules. A rollback does not change it.
ALTER TABLE rate_limit_rule_set ADD COLUMN shadow boolean NOT NULL DEFAULT false;

CREATE FUNCTION rate_limit_audit_shadow() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO rate_limit_audit_log (revision, event_type, changes, created_by)
  VALUES (
    NEW.revision,
    'shadow_updated',
    jsonb_build_object('before', OLD.shadow, 'after', NEW.shadow),
    rate_limit_author());
  RETURN NULL;
END $$;

CREATE TRIGGER rate_limit_audit_shadow AFTER UPDATE ON rate_limit_rule_set
FOR EACH ROW WHEN (OLD.shadow <> NEW.shadow) EXECUTE FUNCTION rate_limit_audit_shadow();
