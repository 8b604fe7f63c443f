package io.github.ratelimiter.cli.log;

/** Reads status codes of responses. */
final class Status {
  private static final int DIGITS = 3;

  private Status() {}

  /** Returns the status code that a text is; {@link Line#NO_STATUS} if it is none. */
  static int of(String text) {
    return text.length() == DIGITS ? at(text, 0) : Line.NO_STATUS;
  }

  /**
   * Returns the status code that is the next word.
   *
   * @param from where the spaces before the word begin
   */
  static int after(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    boolean endsThere = at + DIGITS == line.length() || line.startsWith(" ", at + DIGITS);
    return at > from && endsThere ? at(line, at) : Line.NO_STATUS;
  }

  private static int at(String text, int from) {
    int status = 0;
    for (int i = from; i < from + DIGITS; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return Line.NO_STATUS;
      }
      status = status * 10 + c - '0';
    }
    return status >= 100 && status <= 599 ? status : Line.NO_STATUS;
  }
}
