-- Rules: one row for each rule, in the fields of a rule file.
--
-- The columns that are generated repeat a part of another column for queries. They cannot be written.

-- --- the limits of a policy, as columns ------------------------------------------------------------

CREATE FUNCTION rate_limit_permits(one_limit text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT
RETURN substring(one_limit FROM '([0-9]+) */')::bigint;

-- NULL for windows of the calendar, which differ in length.
CREATE FUNCTION rate_limit_seconds(one_limit text) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT
RETURN CASE
  WHEN one_limit ~* '/ *[0-9]* *[a-z]+ .*in ' THEN NULL
  ELSE coalesce(substring(one_limit FROM '/ *([0-9]+)')::numeric, 1)
    * CASE substring(lower(one_limit) FROM '/ *[0-9]* *(ms|mil|s|m|h|d)')
        WHEN 'ms' THEN 0.001
        WHEN 'mil' THEN 0.001
        WHEN 's' THEN 1
        WHEN 'm' THEN 60
        WHEN 'h' THEN 3600
        WHEN 'd' THEN 86400
      END
END;

CREATE FUNCTION rate_limit_algorithm(one_limit text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
RETURN coalesce(replace(substring(lower(one_limit) FROM '^ *([a-z]+-[a-z]+)'), '-', '_'), 'token_bucket');

-- Only buckets have one.
CREATE FUNCTION rate_limit_burst(one_limit text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT
RETURN CASE
  WHEN one_limit ~* '^ *(fixed|sliding)' THEN NULL
  ELSE coalesce(substring(lower(one_limit) FROM 'burst *([0-9]+)')::bigint, rate_limit_permits(one_limit))
END;

-- --- tables ----------------------------------------------------------------------------------------

CREATE TABLE rate_limit_rules (
  rule_id        text PRIMARY KEY DEFAULT gen_random_uuid()::text
                   CHECK (rule_id ~ '^[A-Za-z0-9._/-]{1,64}$'),
  name           text NOT NULL DEFAULT '',
  description    text NOT NULL DEFAULT '',
  priority       integer NOT NULL DEFAULT 100 CHECK (priority >= 0),
  status         text NOT NULL DEFAULT 'active'
                   CHECK (status IN ('draft', 'active', 'suspended', 'inactive')),
  enabled        boolean NOT NULL GENERATED ALWAYS AS (status = 'active') STORED,

  -- Which requests: the conditions of a rule file, as JSON. Not jsonb, which changes their order.
  match          json NOT NULL DEFAULT '{}' CHECK (json_typeof(match) = 'object'),
  match_path     text GENERATED ALWAYS AS (match ->> 'path') STORED,
  match_method   text GENERATED ALWAYS AS (match ->> 'method') STORED,
  match_headers  jsonb GENERATED ALWAYS AS ((match -> 'header')::jsonb) STORED,

  -- What is counted: user, ip, header:X-Tenant.
  key            text[] NOT NULL DEFAULT '{global}' CHECK (cardinality(key) > 0),

  -- How much: a policy, such as '100/min; 5000/day'.
  limits         text NOT NULL CHECK (limits ~ '[0-9] */'),
  limit_value    bigint GENERATED ALWAYS AS (rate_limit_permits(split_part(limits, ';', 1))) STORED
                   CHECK (limit_value >= 0),
  window_seconds numeric GENERATED ALWAYS AS (rate_limit_seconds(split_part(limits, ';', 1))) STORED
                   CHECK (window_seconds > 0),
  algorithm      text GENERATED ALWAYS AS (rate_limit_algorithm(split_part(limits, ';', 1))) STORED,
  -- Other limits of a tier: {"premium": "1000/min"}.
  tiers          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tiers) = 'object'),
  -- A number, or {"attribute": "bytes"}.
  cost           jsonb NOT NULL DEFAULT '1' CHECK (jsonb_typeof(cost) IN ('number', 'object')),
  -- Only responses with these status codes count: {401,404}. Without any, all requests do.
  count_status   integer[] NOT NULL DEFAULT '{}'
                   CHECK (100 <= ALL (count_status) AND 599 >= ALL (count_status)),

  action         text NOT NULL DEFAULT 'reject'
                   CHECK (action IN ('reject', 'throttle', 'allow', 'shadow')),
  -- For throttle: {"max-wait": "2s"}.
  action_params  jsonb NOT NULL DEFAULT '{}'
                   CHECK ((action = 'throttle') = (action_params ? 'max-wait')),
  percent        integer NOT NULL DEFAULT 100 CHECK (percent BETWEEN 0 AND 100),
  failure_mode   text CHECK (failure_mode IN ('allow', 'refuse')),

  is_default     boolean NOT NULL DEFAULT false,
  -- The order among rules of the same priority. A rule without a position is the last.
  position       integer NOT NULL DEFAULT 2147483647,
  created_at     timestamptz NOT NULL DEFAULT now(),
  created_by     text NOT NULL DEFAULT '',
  updated_at     timestamptz NOT NULL DEFAULT now(),
  updated_by     text NOT NULL DEFAULT '',
  -- The revision of the rules in which this rule was changed last.
  revision       bigint NOT NULL DEFAULT 0
);

CREATE INDEX rate_limit_rules_by_priority ON rate_limit_rules (enabled, priority);
CREATE UNIQUE INDEX rate_limit_rules_default ON rate_limit_rules (is_default) WHERE is_default;

CREATE TABLE access_control_list (
  entry_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_type       text NOT NULL CHECK (entry_type IN ('whitelist', 'blacklist')),
  identifier_type  text NOT NULL CHECK (identifier_type IN ('user_id', 'api_key', 'ip_address')),
  identifier_value text NOT NULL
                     CHECK (identifier_type <> 'ip_address' OR identifier_value::cidr IS NOT NULL),
  reason           text NOT NULL DEFAULT '',
  expires_at       timestamptz CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
  created_at       timestamptz NOT NULL DEFAULT now(),
  created_by       text NOT NULL DEFAULT '',
  position         integer NOT NULL DEFAULT 2147483647
);

CREATE INDEX access_control_list_by_client
  ON access_control_list (identifier_type, identifier_value, entry_type);

-- Limits of users of their own.
CREATE TABLE rate_limit_overrides (
  override_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     text NOT NULL,
  rule_id     text NOT NULL REFERENCES rate_limit_rules ON DELETE CASCADE,
  limits      text NOT NULL CHECK (limits ~ '[0-9] */'),
  reason      text NOT NULL DEFAULT '',
  expires_at  timestamptz CHECK (expires_at >= '0001-01-01Z' AND expires_at < '10000-01-01Z'),
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  text NOT NULL DEFAULT '',
  position    integer NOT NULL DEFAULT 2147483647
);

CREATE INDEX rate_limit_overrides_by_rule ON rate_limit_overrides (rule_id);
CREATE INDEX rate_limit_overrides_by_user ON rate_limit_overrides (user_id);

-- One row: what holds for all rules, and the revision of all of this.
CREATE TABLE rate_limit_rule_set (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  combination text NOT NULL DEFAULT 'all' CHECK (combination IN ('all', 'first', 'most-specific')),
  -- {"after": 10, "within": "1min", "first": "1min", "longest": "1day"}
  bans        jsonb,
  -- {"limits": "100/h", "ipv4-prefix": 32, "ipv6-prefix": 64, "refuse-above-memory": "80%"}
  new_keys    jsonb,
  -- {"paths": ["/wp-admin/**"], "api-keys": ["bait"], "users": ["admin"], "ban": "1h"}
  honeypots   jsonb,
  revision    bigint NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  changed_by  text NOT NULL DEFAULT 'migration',
  -- The transaction that made the revision.
  transaction xid8
);

INSERT INTO rate_limit_rule_set DEFAULT VALUES;

-- --- the form of a rule file -----------------------------------------------------------------------

CREATE FUNCTION rate_limit_form(rule rate_limit_rules) RETURNS json
LANGUAGE sql STABLE
RETURN json_strip_nulls(json_build_object(
  'id', rule.rule_id,
  'name', nullif(rule.name, ''),
  'description', nullif(rule.description, ''),
  'priority', CASE WHEN NOT rule.is_default THEN rule.priority END,
  'state', rule.status,
  'match', CASE WHEN NOT rule.is_default THEN rule.match END,
  'key', to_json(rule.key),
  'limits', rule.limits,
  'tiers', nullif(rule.tiers, '{}'),
  'cost', rule.cost,
  'count', CASE WHEN cardinality(rule.count_status) > 0
             THEN json_build_object('status', to_json(rule.count_status)) END,
  'action', rule.action,
  'max-wait', rule.action_params ->> 'max-wait',
  'percent', rule.percent,
  'failure-mode', rule.failure_mode));

CREATE FUNCTION rate_limit_form(instant timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE FUNCTION rate_limit_form(entry access_control_list) RETURNS json
LANGUAGE sql STABLE
RETURN json_strip_nulls(json_build_object(
  'user', CASE entry.identifier_type WHEN 'user_id' THEN entry.identifier_value END,
  'api-key', CASE entry.identifier_type WHEN 'api_key' THEN entry.identifier_value END,
  'address', CASE entry.identifier_type WHEN 'ip_address' THEN entry.identifier_value END,
  'reason', nullif(entry.reason, ''),
  'author', nullif(entry.created_by, ''),
  'until', rate_limit_form(entry.expires_at)));

CREATE FUNCTION rate_limit_form(override rate_limit_overrides) RETURNS json
LANGUAGE sql STABLE
RETURN json_strip_nulls(json_build_object(
  'user', override.user_id,
  'rule', override.rule_id,
  'limits', override.limits,
  'reason', nullif(override.reason, ''),
  'author', nullif(override.created_by, ''),
  'until', rate_limit_form(override.expires_at)));

-- All rules in the form of a rule file. This is what the library reads.
CREATE VIEW rate_limit_rule_file AS
SELECT
  revision,
  changed_at,
  changed_by,
  json_strip_nulls(json_build_object(
    'combine', combination,
    'rules', coalesce(
      (SELECT json_agg(rate_limit_form(r) ORDER BY position, created_at, rule_id)
         FROM rate_limit_rules r WHERE NOT is_default),
      '[]'),
    'default', (SELECT rate_limit_form(r) FROM rate_limit_rules r WHERE is_default),
    'lists', json_build_object(
      'deny', (SELECT json_agg(rate_limit_form(e) ORDER BY position, entry_id)
                 FROM access_control_list e WHERE entry_type = 'blacklist'),
      'allow', (SELECT json_agg(rate_limit_form(e) ORDER BY position, entry_id)
                  FROM access_control_list e WHERE entry_type = 'whitelist')),
    'overrides', (SELECT json_agg(rate_limit_form(o) ORDER BY position, override_id)
                    FROM rate_limit_overrides o),
    'bans', bans,
    'new-keys', new_keys,
    'honeypots', honeypots)) AS rules
FROM rate_limit_rule_set;

-- --- parts of rules as rows, for queries -----------------------------------------------------------

-- Each limit of a rule; those of a tier have its name.
CREATE VIEW rate_limit_configs AS
SELECT
  r.rule_id,
  p.tier,
  l.position,
  rate_limit_permits(l.one_limit) AS max_requests,
  rate_limit_seconds(l.one_limit) AS window_seconds,
  rate_limit_burst(l.one_limit) AS burst_size,
  rate_limit_algorithm(l.one_limit) AS algorithm,
  trim(l.one_limit) AS one_limit
FROM rate_limit_rules r
CROSS JOIN LATERAL (
  SELECT NULL::text AS tier, r.limits AS policy
  UNION ALL
  SELECT t.key, t.value FROM jsonb_each_text(r.tiers) t) p
CROSS JOIN LATERAL string_to_table(p.policy, ';') WITH ORDINALITY AS l (one_limit, position);

-- Each value that a condition of a rule names.
CREATE VIEW rate_limit_rule_selectors AS
WITH RECURSIVE conditions (rule_id, condition, negated) AS (
  SELECT rule_id, match, false FROM rate_limit_rules
  UNION ALL
  SELECT c.rule_id, part.condition, c.negated <> part.negates
    FROM conditions c
    CROSS JOIN LATERAL (
      SELECT value, false FROM json_array_elements(c.condition -> 'all')
      UNION ALL
      SELECT c.condition -> 'not', true WHERE c.condition -> 'not' IS NOT NULL
    ) AS part (condition, negates)),
named (rule_id, selector_type, accepted, negated) AS (
  SELECT
    c.rule_id,
    CASE f.key
      WHEN 'user' THEN 'user_id' WHEN 'address' THEN 'ip_address' WHEN 'api-key' THEN 'api_key'
      WHEN 'path' THEN 'endpoint' WHEN 'tier' THEN 'user_tier' ELSE f.key
    END,
    f.value,
    c.negated
  FROM conditions c CROSS JOIN LATERAL json_each(c.condition) f
  WHERE f.key NOT IN ('all', 'not', 'header', 'query', 'attribute')
  UNION ALL
  SELECT c.rule_id, f.key || ':' || v.key, v.value, c.negated
  FROM conditions c
  CROSS JOIN LATERAL json_each(c.condition) f
  CROSS JOIN LATERAL json_each(CASE WHEN json_typeof(f.value) = 'object' THEN f.value END) v
  WHERE f.key IN ('header', 'query', 'attribute'))
SELECT n.rule_id, n.selector_type, v.selector_value, n.negated
FROM named n
CROSS JOIN LATERAL json_array_elements_text(
  CASE WHEN json_typeof(n.accepted) = 'array' THEN n.accepted ELSE json_build_array(n.accepted) END
) AS v (selector_value);
