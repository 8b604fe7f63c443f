package io.github.ratelimiter.cli.replay;

/** Parses the first line of an HTTP request: {@code method path protocol}. */
final class RequestLine {
  private static final String METHOD_SYMBOLS = "_!#$%&'*+.^`|~-";

  private RequestLine() {}

  /** Returns the path; {@link Line#MISSING} if there is none. HTTP/0.9 has no protocol. */
  static String path(String request) {
    int space = request.indexOf(' ');
    if (space <= 0 || !isMethod(request, space)) {
      return Line.MISSING;
    }
    int last = request.lastIndexOf(' ') + 1;
    int end = request.startsWith("HTTP/", last) ? last : request.length();
    String path = request.substring(space, end).strip();
    return path.isEmpty() ? Line.MISSING : path;
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
