package io.github.ratelimiter.server.security;

import io.javalin.security.RouteRole;

/** What a route needs. A route that declares nothing is denied to everybody. */
public enum Access implements RouteRole {
  /** Nothing: whoever reaches the port may call it. */
  PUBLIC,

  /** A token that may read. */
  READ,

  /** A token that may change something. It may read, too. */
  WRITE;

  /** Returns whether this is enough for a route. */
  public boolean covers(Access needed) {
    return compareTo(needed) >= 0;
  }
}
