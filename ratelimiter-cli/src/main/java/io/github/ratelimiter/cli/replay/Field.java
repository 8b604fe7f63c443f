package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.log.Line;
import java.util.Locale;

/** A field of a request that can be part of its key. */
enum Field {
  /** The address of the client, or its host name if the server resolved it. */
  IP,

  /** The requested path, including the query. */
  PATH,

  /** The user agent. The common format does not contain it. */
  AGENT,

  /** The authenticated user. */
  USER;

  /** Returns the value of a request. */
  String of(Line.Request request) {
    return switch (this) {
      case IP -> request.ip();
      case PATH -> request.path();
      case AGENT -> request.agent();
      case USER -> request.user();
    };
  }

  /** Returns the name on the command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
