-- Deletes the rules that are not in the file.
--
-- ?1: all rules, in the form of a rule file in JSON.

WITH file AS (SELECT ?::json AS rules)
DELETE FROM rate_limit_rules
WHERE rule_id NOT IN (
  SELECT r ->> 'id' FROM file, json_array_elements(rules -> 'rules') r
  UNION ALL
  SELECT coalesce(rules -> 'default' ->> 'id', 'default') FROM file WHERE rules -> 'default' IS NOT NULL)
