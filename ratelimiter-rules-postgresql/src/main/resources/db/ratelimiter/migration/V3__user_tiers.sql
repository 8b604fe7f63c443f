-- Which user has which tier. The limits of a tier are in the rules.

CREATE TABLE user_tiers (
  user_id    text PRIMARY KEY,
  tier       text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL DEFAULT ''
);

CREATE INDEX user_tiers_by_tier ON user_tiers (tier);

CREATE FUNCTION rate_limit_audit_tier() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before text := CASE WHEN TG_OP <> 'INSERT' THEN OLD.tier END;
  after  text := CASE WHEN TG_OP <> 'DELETE' THEN NEW.tier END;
BEGIN
  IF before IS DISTINCT FROM after THEN
    INSERT INTO rate_limit_audit_log (event_type, user_id, changes, created_by)
    VALUES (
      CASE TG_OP WHEN 'INSERT' THEN 'user_tier_created'
                 WHEN 'UPDATE' THEN 'user_tier_updated' ELSE 'user_tier_deleted' END,
      CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END,
      jsonb_strip_nulls(jsonb_build_object('before', before, 'after', after)),
      rate_limit_author());
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER rate_limit_audit_tier AFTER INSERT OR UPDATE OR DELETE ON user_tiers
FOR EACH ROW EXECUTE FUNCTION rate_limit_audit_tier();
