package io.github.ratelimiter.server.security;

/**
 * Who makes a call that needs a token. Immutable.
 *
 * @param name the name of the token: the author of what the call changes
 * @param address the address of the client; empty if the connection has none
 */
public record Caller(String name, String address) {}
