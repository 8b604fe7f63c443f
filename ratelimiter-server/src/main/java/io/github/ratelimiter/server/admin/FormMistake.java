package io.github.ratelimiter.server.admin;

/**
 * A mistake in what a caller sent. Immutable.
 *
 * @param field the path of the field; nested names are joined by dots
 * @param problem what was found, and what would be right
 */
public record FormMistake(String field, String problem) {}
