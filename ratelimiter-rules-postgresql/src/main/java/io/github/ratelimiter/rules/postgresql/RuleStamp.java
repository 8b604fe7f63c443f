package io.github.ratelimiter.rules.postgresql;

import java.time.Instant;

/**
 * When a rule was made and changed last. Immutable.
 *
 * @param createdAt when it was made
 * @param createdBy who made it
 * @param updatedAt when it was changed last
 * @param updatedBy who changed it last
 * @param revision the revision of the last change
 */
public record RuleStamp(
    Instant createdAt, String createdBy, Instant updatedAt, String updatedBy, long revision) {}
