-- Replaces the limits of users of their own. One that was there before keeps the time at which it was made.
--
-- ?1: all rules, in the form of a rule file in JSON.

WITH file AS (SELECT ?::json AS rules),
old AS (DELETE FROM rate_limit_overrides RETURNING *),
known AS (
  SELECT
    user_id, rule_id, limits, reason, created_by,
    coalesce(expires_at, 'infinity') AS ends, min(created_at) AS created_at
  FROM old GROUP BY 1, 2, 3, 4, 5, 6),
new AS (
  SELECT
    override ->> 'user' AS user_id,
    override ->> 'rule' AS rule_id,
    override ->> 'limits' AS limits,
    coalesce(override ->> 'reason', '') AS reason,
    coalesce(override ->> 'author', '') AS created_by,
    (override ->> 'until')::timestamptz AS expires_at,
    position
  FROM file, json_array_elements(rules -> 'overrides') WITH ORDINALITY AS o (override, position))
INSERT INTO rate_limit_overrides (
  user_id, rule_id, limits, reason, created_by, expires_at, position, created_at)
SELECT n.*, coalesce(k.created_at, now())
FROM new n
LEFT JOIN known k
  ON k.user_id = n.user_id AND k.rule_id = n.rule_id AND k.limits = n.limits AND k.reason = n.reason
  AND k.created_by = n.created_by AND k.ends = coalesce(n.expires_at, 'infinity')
