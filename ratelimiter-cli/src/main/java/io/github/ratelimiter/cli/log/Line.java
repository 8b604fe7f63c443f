package io.github.ratelimiter.cli.log;

/** The result of parsing one line of a log. */
public sealed interface Line {
  /** The text of a field that the line does not contain. */
  String MISSING = "-";

  /** The status code of a response that the line does not contain. */
  int NO_STATUS = 0;

  /**
   * A request. Each character of its texts is one byte of the log. A missing text is {@link
   * #MISSING}.
   *
   * @param micros the time in microseconds since the Unix epoch
   * @param ip the address of the client, or its host name if the server resolved it
   * @param method the method
   * @param path the requested path, including the query
   * @param agent the user agent
   * @param user the authenticated user
   * @param status the status code of the response; {@link #NO_STATUS} if it is missing
   */
  record Request(
      long micros, String ip, String method, String path, String agent, String user, int status)
      implements Line {}

  /**
   * A line that cannot be used.
   *
   * @param reason why, for example "it has no time"; one of a small number of texts
   */
  record Unusable(String reason) implements Line {}

  /** A blank line, or a header. */
  record BlankOrHeader() implements Line {}
}
