-- Changes what holds for all rules.
--
-- ?1: all rules, in the form of a rule file in JSON.

WITH file AS (SELECT ?::json AS rules)
UPDATE rate_limit_rule_set
SET
  combination = coalesce(rules ->> 'combine', 'all'),
  bans = (rules -> 'bans')::jsonb,
  new_keys = (rules -> 'new-keys')::jsonb,
  honeypots = (rules -> 'honeypots')::jsonb
FROM file
