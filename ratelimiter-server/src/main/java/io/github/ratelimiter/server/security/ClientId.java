package io.github.ratelimiter.server.security;

import io.github.ratelimiter.net.IpAddress;
import java.util.Optional;

/**
 * The address of a client. Immutable.
 *
 * @param text the address; empty if the connection has none
 * @param key what is counted: the address of IPv4, the /64 network of IPv6
 */
public record ClientId(String text, String key) {
  /** Returns the ID of an address. */
  public static ClientId of(Optional<IpAddress> address) {
    return address
        .map(known -> new ClientId(known.toString(), known.clientKey()))
        .orElseGet(() -> new ClientId("", "unknown"));
  }
}
