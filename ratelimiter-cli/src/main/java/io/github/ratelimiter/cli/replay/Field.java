package io.github.ratelimiter.cli.replay;

import java.util.Locale;

/** What of a request makes its key. */
enum Field {
  /** The first field of the line: an address, or a name where the server looked it up. */
  IP,

  /** What was asked for, with its query. */
  PATH,

  /** The user agent, which only the combined format has. */
  AGENT,

  /** The user who logged in. */
  USER;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
