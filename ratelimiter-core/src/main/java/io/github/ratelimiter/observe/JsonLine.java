package io.github.ratelimiter.observe;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.internal.Periods;

/**
 * Writes one JSON object on one line (RFC 8259), from fields with texts and integers. Not
 * thread-safe.
 *
 * <p>Everything that some reader takes for the end of a line is escaped, also what JSON allows in a
 * string. Half of a surrogate pair is no character, and is replaced by U+FFFD.
 */
final class JsonLine {
  private static final char REPLACEMENT = '\ufffd';

  private final StringBuilder text = new StringBuilder(256).append('{');

  @CanIgnoreReturnValue
  JsonLine field(String name, String value) {
    name(name).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!Character.isSurrogate(c)) {
        append(c);
      } else if (isPair(value, i)) {
        text.append(c).append(value.charAt(++i));
      } else {
        text.append(REPLACEMENT);
      }
    }
    text.append('"');
    return this;
  }

  @CanIgnoreReturnValue
  JsonLine field(String name, long value) {
    name(name).append(value);
    return this;
  }

  @CanIgnoreReturnValue
  JsonLine field(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  /** Adds microseconds as milliseconds with three decimals, which are exact. */
  @CanIgnoreReturnValue
  JsonLine millis(String name, long micros) {
    name(name).append(Periods.millis(micros).toPlainString());
    return this;
  }

  /** Names are constants that need no escape. */
  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    return text.append('"').append(name).append("\":");
  }

  private static boolean isPair(String value, int i) {
    return i + 1 < value.length()
        && Character.isSurrogatePair(value.charAt(i), value.charAt(i + 1));
  }

  private void append(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
          text.append("\\u%04x".formatted((int) c));
        } else {
          text.append(c);
        }
      }
    }
  }

  /** Returns the object, without an end of line. */
  @Override
  public String toString() {
    return text + "}";
  }
}
