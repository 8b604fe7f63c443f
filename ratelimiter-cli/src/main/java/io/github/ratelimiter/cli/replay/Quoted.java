package io.github.ratelimiter.cli.replay;

import java.util.regex.Pattern;

/** Reads the quoted fields of a line one after another. They stay as logged, escapes and all. */
final class Quoted {
  private static final Pattern METHOD = Pattern.compile("[\\w!#$%&'*+.^`|~-]+");

  private final String line;
  private int at;

  Quoted(String line, int from) {
    this.line = line;
    this.at = from;
  }

  /** The next field; {@link Line#MISSING} if there is none. */
  String next() {
    int quote = line.indexOf('"', at);
    if (quote < 0) {
      return Line.MISSING;
    }
    int end = closing(quote + 1);
    at = Math.min(end + 1, line.length());
    return quote + 1 == end ? Line.MISSING : line.substring(quote + 1, end);
  }

  /** The end of a field: a quote that is not escaped, before a space or the end of the line. */
  private int closing(int from) {
    for (int quote = quote(line, from); quote < line.length(); quote = quote(line, quote + 1)) {
      if (quote + 1 == line.length() || line.charAt(quote + 1) == ' ') {
        return quote;
      }
    }
    return line.length();
  }

  /** The next quote that no backslash escapes; the end of the line if there is none. */
  static int quote(String line, int from) {
    int quote = line.indexOf('"', from);
    while (quote >= 0) {
      int backslashes = 0;
      while (quote - backslashes > from && line.charAt(quote - backslashes - 1) == '\\') {
        backslashes++;
      }
      if (backslashes % 2 == 0) {
        return quote;
      }
      quote = line.indexOf('"', quote + 1);
    }
    return line.length();
  }

  /** The path of a request, {@code method path protocol}. HTTP/0.9 has no protocol. */
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
