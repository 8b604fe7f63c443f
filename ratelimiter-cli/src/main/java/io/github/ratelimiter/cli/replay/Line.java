package io.github.ratelimiter.cli.replay;

/** What one line of a log is. */
sealed interface Line {
  /** A field that the log does not have. */
  String MISSING = "-";

  /**
   * A request. Its texts hold the bytes of the log, one in each character. A missing one is {@link
   * #MISSING}.
   *
   * @param micros its time, in microseconds since the Unix epoch
   * @param ip the address of the client, or its host name if the server looked it up
   * @param path what was asked for, with its query
   * @param agent the user agent
   * @param user the user who logged in
   */
  record Request(long micros, String ip, String path, String agent, String user) implements Line {
    String field(Field field) {
      return switch (field) {
        case IP -> ip;
        case PATH -> path;
        case AGENT -> agent;
        case USER -> user;
      };
    }
  }

  /**
   * A line that is not used.
   *
   * @param reason why, as in "it has no time": one of a few texts
   */
  record Unusable(String reason) implements Line {}

  /** A blank line, or a header. */
  record Nothing() implements Line {}
}
