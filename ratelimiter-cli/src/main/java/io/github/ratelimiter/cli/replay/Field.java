package io.github.ratelimiter.cli.replay;

import java.util.Locale;

/** What of a request makes its key. */
enum Field {
  /** The address of the client, or its name where the server looked it up. */
  IP,

  /** What was asked for, with its query. */
  PATH,

  /** The user agent, which the common format does not have. */
  AGENT,

  /** The user who logged in. */
  USER;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
