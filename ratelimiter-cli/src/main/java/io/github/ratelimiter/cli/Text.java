package io.github.ratelimiter.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Makes text safe to print and to read. */
public final class Text {
  private Text() {}

  /**
   * Bytes of a log as text: UTF-8 where they are, with {@code \xHH} for what is not, for control
   * characters, and for those that are invisible or turn the direction of writing.
   */
  public static String readable(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(sequence(bytes[at]), bytes.length - at);
      String decoded = decode(bytes, at, length);
      if (!decoded.isEmpty() && visible(decoded.codePointAt(0))) {
        text.append(decoded);
      } else {
        length = decoded.isEmpty() ? 1 : length;
        for (int i = at; i < at + length; i++) {
          text.append(String.format(Locale.ROOT, "\\x%02x", bytes[i] & 0xff));
        }
      }
      at += length;
    }
    return text.toString();
  }

  /** The same for text of which each character is a byte. */
  public static String readableBytes(String text) {
    return readable(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The same for text from elsewhere. */
  public static String readable(String text) {
    return readable(text.getBytes(StandardCharsets.UTF_8));
  }

  /** At most {@code width} characters; the last is {@code ending} where something was cut off. */
  public static String clip(String text, int width, String ending) {
    int keep = width - ending.length();
    if (text.length() <= width) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(keep - 1)) ? keep - 1 : keep)
        + ending;
  }

  /** With commas: {@code 1,234,567}. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Formats with commas and some decimals: {@code 1,234.50}; {@code -} if it is not finite. */
  public static String number(double number, int decimals) {
    return Double.isFinite(number)
        ? String.format(Locale.ROOT, "%,." + decimals + "f", number)
        : "-";
  }

  /** A number of things: {@code 1 line}, {@code 2 lines}. */
  public static String count(long number, String thing) {
    return number(number) + " " + thing + (number == 1 ? "" : "s");
  }

  /** With one decimal: {@code 12.5 %}; nothing of nothing is {@code 0.0 %}. */
  public static String percent(long part, long whole) {
    double percent = whole == 0 ? 0 : 100.0 * part / whole;
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** The two largest units: {@code 3 d 11 h}. */
  public static String duration(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    long[] parts = {
      time.toDays(), time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart(),
    };
    String[] units = {"d", "h", "min", "s"};
    int largest = 0;
    while (largest < 3 && parts[largest] == 0) {
      largest++;
    }
    String text = parts[largest] + " " + units[largest];
    boolean more = largest < 3 && parts[largest + 1] > 0;
    return more ? text + " " + parts[largest + 1] + " " + units[largest + 1] : text;
  }

  private static int sequence(byte first) {
    int lead = first & 0xff;
    return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }

  /** One character; empty if the bytes are none. */
  private static String decode(byte[] bytes, int from, int length) {
    if (length == 1 && bytes[from] >= 0) {
      return String.valueOf((char) bytes[from]);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      return "";
    }
  }

  private static boolean visible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
