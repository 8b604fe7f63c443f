-- Users have limits of their own beside a tier, and either may be missing.

ALTER TABLE user_tiers
  ALTER COLUMN tier DROP NOT NULL,
  -- Policies by the IDs of rules: {"api": "500/min"}; "*" is for all rules that count the user.
  ADD COLUMN custom_limits jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom_limits) = 'object'),
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
  -- Grows with each change, and is never used again, also not after a deletion.
  ADD COLUMN version bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

CREATE FUNCTION rate_limit_stamp_user() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  NEW.version := (extract(epoch FROM NEW.updated_at) * 1000000)::bigint;
  IF TG_OP = 'INSERT' THEN
    NEW.created_at := NEW.updated_at;
  ELSE
    IF OLD.user_id = NEW.user_id AND OLD.tier IS NOT DISTINCT FROM NEW.tier
        AND OLD.custom_limits = NEW.custom_limits THEN
      RETURN NULL; -- An update that changes nothing.
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.version := greatest(NEW.version, OLD.version + 1);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER rate_limit_stamp_user BEFORE INSERT OR UPDATE ON user_tiers
FOR EACH ROW EXECUTE FUNCTION rate_limit_stamp_user();

-- --- the audit log ---------------------------------------------------------------------------------

-- A user without a tier and without limits is in no entry.
CREATE FUNCTION rate_limit_audit_user(kind text, who text, before jsonb, after jsonb) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF before IS DISTINCT FROM after THEN
    INSERT INTO rate_limit_audit_log (event_type, user_id, changes, created_by)
    VALUES (
      kind || CASE WHEN before IS NULL THEN '_created' WHEN after IS NULL THEN '_deleted' ELSE '_updated' END,
      who,
      jsonb_strip_nulls(jsonb_build_object('before', before, 'after', after)),
      rate_limit_author());
  END IF;
END $$;

CREATE OR REPLACE FUNCTION rate_limit_audit_tier() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  who    text := CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
  before user_tiers := CASE WHEN TG_OP <> 'INSERT' THEN OLD END;
  after  user_tiers := CASE WHEN TG_OP <> 'DELETE' THEN NEW END;
BEGIN
  PERFORM rate_limit_audit_user('user_tier', who, to_jsonb(before.tier), to_jsonb(after.tier));
  PERFORM rate_limit_audit_user('user_limits', who,
    nullif(before.custom_limits, '{}'), nullif(after.custom_limits, '{}'));
  RETURN NULL;
END $$;

-- --- notifications ---------------------------------------------------------------------------------

-- The payload is the user. A new user with the defaults is limited as an unknown one, so nobody needs to know.
CREATE FUNCTION rate_limit_notify_user() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  who text := CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
BEGIN
  IF octet_length(who) < 7900 AND NOT (TG_OP = 'INSERT' AND NEW.tier IS NULL AND NEW.custom_limits = '{}') THEN
    PERFORM pg_notify('ratelimiter_users', who);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER rate_limit_notify_user AFTER INSERT OR UPDATE OR DELETE ON user_tiers
FOR EACH ROW EXECUTE FUNCTION rate_limit_notify_user();
