package io.github.ratelimiter.cli.log;

/**
 * The first line of an HTTP request: {@code method path protocol}.
 *
 * @param method {@link Line#MISSING} if there is none
 * @param path {@link Line#MISSING} if there is none
 */
record RequestLine(String method, String path) {
  private static final String METHOD_SYMBOLS = "_!#$%&'*+.^`|~-";

  private static final RequestLine NONE = new RequestLine(Line.MISSING, Line.MISSING);

  /** Parses a line. HTTP/0.9 has no protocol. */
  static RequestLine of(String request) {
    int space = request.indexOf(' ');
    if (space <= 0 || !isMethod(request, space)) {
      return NONE;
    }
    int last = request.lastIndexOf(' ') + 1;
    int end = request.startsWith("HTTP/", last) ? last : request.length();
    String path = request.substring(space, end).strip();
    return path.isEmpty() ? NONE : new RequestLine(request.substring(0, space), path);
  }

  private static boolean isMethod(String request, int end) {
    for (int i = 0; i < end; i++) {
      char c = request.charAt(i);
      boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      if (!letter && !(c >= '0' && c <= '9') && METHOD_SYMBOLS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
