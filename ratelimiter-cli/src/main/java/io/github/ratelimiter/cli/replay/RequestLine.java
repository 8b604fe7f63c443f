package io.github.ratelimiter.cli.replay;

import java.util.regex.Pattern;

/** Parses the first line of an HTTP request: {@code method path protocol}. */
final class RequestLine {
  private static final Pattern METHOD = Pattern.compile("[\\w!#$%&'*+.^`|~-]+");

  private RequestLine() {}

  /** Returns the path; {@link Line#MISSING} if there is none. HTTP/0.9 has no protocol. */
  static String path(String request) {
    int space = request.indexOf(' ');
    if (space < 0 || !METHOD.matcher(request).region(0, space).matches()) {
      return Line.MISSING;
    }
    int last = request.lastIndexOf(' ') + 1;
    int end = request.startsWith("HTTP/", last) ? last : request.length();
    String path = request.substring(space, end).strip();
    return path.isEmpty() ? Line.MISSING : path;
  }
}
