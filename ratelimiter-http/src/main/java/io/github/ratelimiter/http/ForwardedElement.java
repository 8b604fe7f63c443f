package io.github.ratelimiter.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One element of the header {@code Forwarded} (RFC 7239, section 4). */
final class ForwardedElement {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** A pair of name and value, and what separates it from the next. */
  private static final Pattern PAIR =
      Pattern.compile(
          "\\s*(" + TOKEN + ")=(?:(" + TOKEN + ")|\"((?:[^\"\\\\]|\\\\.)*)\")\\s*(?:;|$)");

  private ForwardedElement() {}

  /**
   * Returns the parameter {@code for}.
   *
   * @return empty if the element does not have it exactly once, or is malformed
   */
  static Optional<String> forParameter(String element) {
    Matcher pair = PAIR.matcher(element);
    Optional<String> found = Optional.empty();
    int end = 0;
    while (end < element.length()) {
      if (!pair.find(end) || pair.start() != end) {
        return Optional.empty();
      }
      if (pair.group(1).toLowerCase(Locale.ROOT).equals("for")) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(value(pair));
      }
      end = pair.end();
    }
    return found;
  }

  private static String value(Matcher pair) {
    String token = pair.group(2);
    return token != null ? token : pair.group(3).replaceAll("\\\\(.)", "$1");
  }
}
