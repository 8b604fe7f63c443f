package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.log.Line;
import io.github.ratelimiter.http.DescribedRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Makes requests of the lines of a log. */
final class LogRequest {
  /** A proxy and a load balancer log the whole URI. */
  private static final Pattern ORIGIN = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*");

  private LogRequest() {}

  /** Returns what the log has: method, path, query, address, user and user agent. */
  static DescribedRequest of(Line.Request line) {
    String target =
        line.path().startsWith("/") ? line.path() : ORIGIN.matcher(line.path()).replaceFirst("");
    int mark = target.indexOf('?');
    DescribedRequest request =
        DescribedRequest.of(line.method(), decoded(mark < 0 ? target : target.substring(0, mark)))
            .withRemoteAddress(line.ip());
    if (mark >= 0) {
      request = request.withQuery(text(target.substring(mark + 1)));
    }
    if (!line.user().equals(Line.MISSING)) {
      request = request.withUser(text(line.user()));
    }
    return line.agent().equals(Line.MISSING)
        ? request
        : request.withHeader(LogFields.USER_AGENT, text(line.agent()));
  }

  /**
   * Decodes a path once, except for encoded slashes. Servers log some bytes as {@code \xHH}, and
   * quotes and backslashes after a backslash.
   */
  private static String decoded(String path) {
    String absolute = path.isEmpty() ? "/" : path;
    if (absolute.indexOf('%') < 0 && absolute.indexOf('\\') < 0) {
      return text(absolute);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(absolute.length());
    for (int i = 0; i < absolute.length(); i++) {
      char c = absolute.charAt(i);
      int escape = c == '%' ? 1 : absolute.startsWith("\\x", i) ? 2 : 0;
      int octet = escape == 0 ? -1 : octet(absolute, i + escape);
      if (octet >= 0 && !(escape == 1 && octet == '/')) {
        bytes.write(octet);
        i += escape + 1;
      } else if (c == '\\'
          && i + 1 < absolute.length()
          && "\\\"".indexOf(absolute.charAt(i + 1)) >= 0) {
        bytes.write(absolute.charAt(i + 1));
        i++;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Returns the value of two hexadecimal digits; -1 if they are not there. */
  private static int octet(String text, int at) {
    if (at + 2 > text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** Each character of a line is one byte. */
  private static String text(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
