-- Makes and changes rules. Those that are not in the file stay. Rules that are the same are not written
-- (see the trigger rate_limit_stamp_rule).
--
-- ?1: all rules, in the form of a rule file in JSON.

WITH file AS (SELECT ?::json AS rules),
all_rules AS (
  SELECT r.rule, r.position, false AS is_default
    FROM file, json_array_elements(rules -> 'rules') WITH ORDINALITY AS r (rule, position)
  UNION ALL
  SELECT rules -> 'default', 0, true FROM file WHERE rules -> 'default' IS NOT NULL)
INSERT INTO rate_limit_rules (
  rule_id, name, description, priority, status, match, key, limits, tiers, cost, count_status, action,
  action_params, percent, failure_mode, is_default, position)
SELECT
  coalesce(rule ->> 'id', 'default'),
  coalesce(rule ->> 'name', ''),
  coalesce(rule ->> 'description', ''),
  coalesce((rule ->> 'priority')::integer, 100),
  coalesce(rule ->> 'state', 'active'),
  coalesce(rule -> 'match', '{}'),
  ARRAY(SELECT json_array_elements_text(rule -> 'key')),
  rule ->> 'limits',
  coalesce((rule -> 'tiers')::jsonb, '{}'),
  coalesce((rule -> 'cost')::jsonb, '1'),
  ARRAY(SELECT json_array_elements_text(rule -> 'count' -> 'status')::integer),
  coalesce(rule ->> 'action', 'reject'),
  jsonb_strip_nulls(jsonb_build_object('max-wait', rule ->> 'max-wait')),
  coalesce((rule ->> 'percent')::integer, 100),
  rule ->> 'failure-mode',
  is_default,
  position
FROM all_rules
-- A rule that was the default must end to be it before another one is.
ORDER BY is_default
ON CONFLICT (rule_id) DO UPDATE SET
  name = excluded.name,
  description = excluded.description,
  priority = excluded.priority,
  status = excluded.status,
  match = excluded.match,
  key = excluded.key,
  limits = excluded.limits,
  tiers = excluded.tiers,
  cost = excluded.cost,
  count_status = excluded.count_status,
  action = excluded.action,
  action_params = excluded.action_params,
  percent = excluded.percent,
  failure_mode = excluded.failure_mode,
  is_default = excluded.is_default,
  position = excluded.position
