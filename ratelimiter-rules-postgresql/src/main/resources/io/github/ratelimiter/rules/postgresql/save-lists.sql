-- Replaces the lists. An entry that was there before keeps the time at which it was made.
--
-- ?1: all rules, in the form of a rule file in JSON.

WITH file AS (SELECT ?::json AS rules),
old AS (DELETE FROM access_control_list RETURNING *),
known AS (
  SELECT
    entry_type, identifier_type, identifier_value, reason, created_by,
    coalesce(expires_at, 'infinity') AS ends, min(created_at) AS created_at
  FROM old GROUP BY 1, 2, 3, 4, 5, 6),
new AS (
  SELECT
    entry_type,
    CASE
      WHEN entry -> 'user' IS NOT NULL THEN 'user_id'
      WHEN entry -> 'api-key' IS NOT NULL THEN 'api_key'
      ELSE 'ip_address'
    END AS identifier_type,
    coalesce(entry ->> 'user', entry ->> 'api-key', entry ->> 'address') AS identifier_value,
    coalesce(entry ->> 'reason', '') AS reason,
    coalesce(entry ->> 'author', '') AS created_by,
    (entry ->> 'until')::timestamptz AS expires_at,
    position
  FROM (
    SELECT 'blacklist', d.* FROM file, json_array_elements(rules -> 'lists' -> 'deny') WITH ORDINALITY d
    UNION ALL
    SELECT 'whitelist', a.* FROM file, json_array_elements(rules -> 'lists' -> 'allow') WITH ORDINALITY a
  ) AS entries (entry_type, entry, position))
INSERT INTO access_control_list (
  entry_type, identifier_type, identifier_value, reason, created_by, expires_at, position, created_at)
SELECT n.*, coalesce(k.created_at, now())
FROM new n
LEFT JOIN known k
  ON k.entry_type = n.entry_type AND k.identifier_type = n.identifier_type
  AND k.identifier_value = n.identifier_value AND k.reason = n.reason AND k.created_by = n.created_by
  AND k.ends = coalesce(n.expires_at, 'infinity')
