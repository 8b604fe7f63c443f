-- Every transaction that changes rules, also one by hand, makes one revision: with an author, a version
-- to return to, entries of the audit log, and a notification.

CREATE TABLE rate_limit_rule_versions (
  revision   bigint PRIMARY KEY,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  -- In the form of a rule file.
  rules      json NOT NULL
);

CREATE TABLE rate_limit_audit_log (
  audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  revision   bigint,
  event_type text NOT NULL,
  rule_id    text,
  user_id    text,
  -- {"before": ..., "after": ...}, in the form of a rule file.
  changes    jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL
);

CREATE INDEX rate_limit_audit_log_by_rule ON rate_limit_audit_log (rule_id, audit_id);
CREATE INDEX rate_limit_audit_log_by_time ON rate_limit_audit_log (created_at);

-- The author that the library sets for a transaction; otherwise the user of the database.
CREATE FUNCTION rate_limit_author() RETURNS text
LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('ratelimiter.author', true), ''), session_user::text);

-- --- a revision for each transaction ---------------------------------------------------------------

CREATE FUNCTION rate_limit_new_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF OLD.transaction IS DISTINCT FROM pg_current_xact_id() THEN
    NEW.revision := OLD.revision + 1;
    NEW.changed_at := clock_timestamp();
    NEW.changed_by := rate_limit_author();
    NEW.transaction := pg_current_xact_id();
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER rate_limit_new_revision BEFORE UPDATE ON rate_limit_rule_set
FOR EACH ROW EXECUTE FUNCTION rate_limit_new_revision();

-- Runs before rows are locked, so changes wait for each other here, and never in a circle.
CREATE FUNCTION rate_limit_touch() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE rate_limit_rule_set SET only_row = true
  WHERE transaction IS DISTINCT FROM pg_current_xact_id();
  RETURN NULL;
END $$;

CREATE TRIGGER rate_limit_touch BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rate_limit_rules
FOR EACH STATEMENT EXECUTE FUNCTION rate_limit_touch();
CREATE TRIGGER rate_limit_touch BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON access_control_list
FOR EACH STATEMENT EXECUTE FUNCTION rate_limit_touch();
CREATE TRIGGER rate_limit_touch BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rate_limit_overrides
FOR EACH STATEMENT EXECUTE FUNCTION rate_limit_touch();

CREATE FUNCTION rate_limit_stamp_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.is_default = NEW.is_default
        AND rate_limit_form(OLD)::text = rate_limit_form(NEW)::text THEN
      IF OLD.position = NEW.position THEN
        RETURN NULL; -- An update that changes nothing.
      END IF;
      RETURN NEW; -- Another place is no change of the rule.
    END IF;
  ELSE
    NEW.created_at := clock_timestamp();
    NEW.created_by := rate_limit_author();
  END IF;
  NEW.updated_at := clock_timestamp();
  NEW.updated_by := rate_limit_author();
  SELECT s.revision INTO NEW.revision FROM rate_limit_rule_set s;
  RETURN NEW;
END $$;

CREATE TRIGGER rate_limit_stamp_rule BEFORE INSERT OR UPDATE ON rate_limit_rules
FOR EACH ROW EXECUTE FUNCTION rate_limit_stamp_rule();

-- --- versions and the audit log --------------------------------------------------------------------

-- The parts of a set of rules that have a history of their own.
CREATE FUNCTION rate_limit_parts(rules json)
RETURNS TABLE (kind text, identity text, form json)
LANGUAGE sql IMMUTABLE AS $$
  SELECT 'rule', r ->> 'id', r FROM json_array_elements(rules -> 'rules') r
  UNION ALL
  SELECT 'rule', rules -> 'default' ->> 'id', rules -> 'default' WHERE rules -> 'default' IS NOT NULL
  UNION ALL
  SELECT list.kind, e::text || row_number() OVER (PARTITION BY list.kind, e::text), e
    FROM (VALUES ('deny_entry', rules -> 'lists' -> 'deny'),
                 ('allow_entry', rules -> 'lists' -> 'allow'),
                 ('override', rules -> 'overrides')) AS list (kind, entries)
    CROSS JOIN LATERAL json_array_elements(list.entries) e
  UNION ALL
  SELECT 'settings', '', json_strip_nulls(json_build_object(
    'combine', rules -> 'combine', 'bans', rules -> 'bans', 'new-keys', rules -> 'new-keys',
    'honeypots', rules -> 'honeypots', 'default', rules -> 'default' -> 'id'))
$$;

CREATE FUNCTION rate_limit_record() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  before json := (SELECT rules FROM rate_limit_rule_versions ORDER BY revision DESC LIMIT 1);
  made   bigint;
BEGIN
  INSERT INTO rate_limit_rule_versions (revision, created_at, created_by, rules)
  SELECT revision, changed_at, changed_by, rules FROM rate_limit_rule_file
  ON CONFLICT DO NOTHING
  RETURNING revision INTO made;
  IF made IS NULL THEN
    RETURN NULL; -- This transaction has updated the row several times.
  END IF;
  DELETE FROM rate_limit_rule_versions WHERE revision <= made - 100;

  INSERT INTO rate_limit_audit_log
    (revision, event_type, rule_id, user_id, changes, created_at, created_by)
  SELECT
    v.revision,
    kind || CASE WHEN b.form IS NULL THEN '_created' WHEN a.form IS NULL THEN '_deleted' ELSE '_updated' END,
    CASE kind WHEN 'rule' THEN identity WHEN 'override' THEN coalesce(a.form, b.form) ->> 'rule' END,
    coalesce(a.form, b.form) ->> 'user',
    jsonb_strip_nulls(jsonb_build_object('before', b.form, 'after', a.form)),
    v.created_at,
    v.created_by
  FROM rate_limit_parts(before) b
  FULL JOIN (
    SELECT p.* FROM rate_limit_rule_versions, rate_limit_parts(rules) p WHERE revision = made
  ) a USING (kind, identity)
  CROSS JOIN (SELECT * FROM rate_limit_rule_versions WHERE revision = made) v
  WHERE a.form::text IS DISTINCT FROM b.form::text
  ORDER BY kind, identity;
  RETURN NULL;
END $$;

-- At the end of the transaction, when all of its changes are made.
CREATE CONSTRAINT TRIGGER rate_limit_record AFTER UPDATE ON rate_limit_rule_set
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION rate_limit_record();

INSERT INTO rate_limit_rule_versions (revision, created_at, created_by, rules)
SELECT revision, changed_at, changed_by, rules FROM rate_limit_rule_file;

-- --- notifications ---------------------------------------------------------------------------------

CREATE FUNCTION rate_limit_notify() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('ratelimiter_rules', NEW.revision::text);
  RETURN NULL;
END $$;

CREATE TRIGGER rate_limit_notify AFTER UPDATE ON rate_limit_rule_set
FOR EACH ROW EXECUTE FUNCTION rate_limit_notify();
