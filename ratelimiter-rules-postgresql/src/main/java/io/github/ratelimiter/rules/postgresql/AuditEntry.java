package io.github.ratelimiter.rules.postgresql;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An entry of the audit log. Immutable.
 *
 * @param id its number; a later entry has a higher one
 * @param revision the revision that the change is a part of; empty for a change of a user's tier
 * @param time when it was made
 * @param author who made it
 * @param origin from where, for example the address of a client; empty if it is not known
 * @param event what happened, for example {@code rule_updated}, {@code deny_entry_created} or
 *     {@code user_tier_deleted}
 * @param rule the ID of the rule; empty if it is about none
 * @param user the user; empty if it is about none
 * @param before what there was, in JSON in the form of a rule file; empty if there was nothing
 * @param after what there is now, in the same form; empty if there is nothing
 */
public record AuditEntry(
    long id,
    OptionalLong revision,
    Instant time,
    String author,
    Optional<String> origin,
    String event,
    Optional<String> rule,
    Optional<String> user,
    Optional<String> before,
    Optional<String> after) {}
