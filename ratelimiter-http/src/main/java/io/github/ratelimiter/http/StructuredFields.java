package io.github.ratelimiter.http;

/** Writes values of structured fields (RFC 9651). */
final class StructuredFields {
  /** The largest integer of a structured field. */
  static final long MAX_INTEGER = 999_999_999_999_999L;

  private StructuredFields() {}

  /** Returns a String. Requires printable ASCII characters. */
  static String string(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Returns an Integer: the number, or the largest that there is. */
  static long integer(long number) {
    return Math.min(number, MAX_INTEGER);
  }
}
