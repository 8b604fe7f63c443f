package io.github.ratelimiter.rules.match;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a query, in the encoding of HTML forms. Immutable.
 *
 * <p>Any text is accepted: a percent sign without two hexadecimal digits stays as it is, and bytes
 * that are not UTF-8 become the replacement character. So a query cannot fail, and its cost is
 * linear in its length.
 */
final class QueryParameters {
  private final Map<String, List<String>> values;

  private QueryParameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Reads a query such as {@code page=2&tag=a&tag=b}, without the question mark. */
  static QueryParameters parse(String query) {
    Map<String, List<String>> values = new HashMap<>();
    int start = 0;
    while (start < query.length()) {
      int ampersand = query.indexOf('&', start);
      int end = ampersand < 0 ? query.length() : ampersand;
      if (end > start) {
        add(query.substring(start, end), values);
      }
      start = end + 1;
    }
    return new QueryParameters(values);
  }

  private static void add(String parameter, Map<String, List<String>> values) {
    int equals = parameter.indexOf('=');
    String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
    String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
    values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
  }

  private static String decode(String text) {
    String spaced = text.replace('+', ' ');
    if (spaced.indexOf('%') < 0) {
      return spaced;
    }
    byte[] bytes = spaced.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int octet = bytes[i] == '%' ? octet(bytes, i + 1) : -1;
      decoded.write(octet < 0 ? bytes[i] : octet);
      i += octet < 0 ? 0 : 2;
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** Returns the value of two hexadecimal digits; -1 if they are not there. */
  private static int octet(byte[] bytes, int at) {
    if (at + 1 >= bytes.length) {
      return -1;
    }
    int high = Character.digit(bytes[at], 16);
    int low = Character.digit(bytes[at + 1], 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** Returns the values of a parameter, in their order; an empty list if there is none. */
  List<String> values(String name) {
    return values.getOrDefault(name, List.of());
  }
}
