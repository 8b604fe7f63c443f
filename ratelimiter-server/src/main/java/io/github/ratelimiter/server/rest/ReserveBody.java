package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Reservations;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a reservation: that of a check, with the highest cost. */
record ReserveBody(
    @Nullable String userId,
    @Nullable String apiKey,
    @Nullable String ipAddress,
    @Nullable String endpoint,
    @Nullable String method,
    @Nullable String tier,
    @Nullable Map<String, Object> attributes,
    @Nullable Long maxCost,
    @Nullable Long lifetimeSeconds) {
  private static final long DEFAULT_LIFETIME_SECONDS = 600;

  /**
   * Returns the request for which permits are reserved.
   *
   * @throws ProblemException if fields are wrong
   */
  CheckedRequest toRequest() {
    Range.check("max_cost", maxCost, 1, CheckedRequest.HIGHEST_COST);
    return new CheckBody(
            userId, apiKey, ipAddress, endpoint, method, tier, attributes, maxCost, null)
        .toRequest();
  }

  /**
   * Returns how long the reservation can be settled.
   *
   * @throws ProblemException if it is out of range
   */
  Duration lifetime() {
    return Duration.ofSeconds(
        lifetimeSeconds == null
            ? DEFAULT_LIFETIME_SECONDS
            : Range.check(
                "lifetime_seconds", lifetimeSeconds, 1, Reservations.LONGEST_LIFE.toSeconds()));
  }
}
