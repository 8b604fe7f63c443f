-- Checks by minute, as the reference service writes them. A row is written once, by the instance that made the
-- checks, when the minute is over. Reports add the rows of all instances.

CREATE TABLE rate_limit_stats_minutes (
  minute         timestamptz NOT NULL,
  instance       uuid NOT NULL,
  allowed        bigint NOT NULL,
  rejected       bigint NOT NULL,
  errors         bigint NOT NULL,
  -- The checks of users that are not in rate_limit_stats_users, and how many checks were not counted at all.
  other_allowed  bigint NOT NULL,
  other_rejected bigint NOT NULL,
  dropped        bigint NOT NULL,
  -- The most rejected checks that a user or an endpoint can have that is not in rate_limit_stats_top.
  least_user     bigint NOT NULL,
  least_endpoint bigint NOT NULL,
  PRIMARY KEY (minute, instance)
);

CREATE TABLE rate_limit_stats_users (
  user_id  text NOT NULL,
  minute   timestamptz NOT NULL,
  instance uuid NOT NULL,
  allowed  bigint NOT NULL,
  rejected bigint NOT NULL,
  PRIMARY KEY (user_id, minute, instance)
);

CREATE INDEX rate_limit_stats_users_by_minute ON rate_limit_stats_users (minute);

-- The users and the endpoints that were rejected most, counted with bounds. A name was rejected at least 'certain'
-- times, and at most 'beyond_least' times plus the least count of the minute.
CREATE TABLE rate_limit_stats_top (
  minute       timestamptz NOT NULL,
  instance     uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('user', 'endpoint')),
  name         text NOT NULL,
  beyond_least bigint NOT NULL,
  certain      bigint NOT NULL,
  PRIMARY KEY (minute, instance, kind, name)
);
