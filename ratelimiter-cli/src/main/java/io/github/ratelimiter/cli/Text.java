package io.github.ratelimiter.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes text from logs and file names safe to print. */
public final class Text {
  private Text() {}

  /**
   * Decodes bytes as UTF-8. Invalid bytes, control characters, invisible characters and characters
   * that change the writing direction are escaped as {@code \xHH}, byte by byte.
   */
  public static String readable(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int index = 0;
    while (index < bytes.length) {
      int length = Math.min(sequenceLength(bytes[index]), bytes.length - index);
      String decoded = decode(bytes, index, length);
      if (!decoded.isEmpty() && isVisible(decoded.codePointAt(0))) {
        text.append(decoded);
      } else {
        length = decoded.isEmpty() ? 1 : length;
        for (int i = index; i < index + length; i++) {
          text.append(String.format(Locale.ROOT, "\\x%02x", bytes[i] & 0xff));
        }
      }
      index += length;
    }
    return text.toString();
  }

  /** Does the same for text in which each character holds one byte. */
  public static String readableBytes(String text) {
    return readable(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Does the same for any other text. */
  public static String readable(String text) {
    return readable(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Shortens a text to {@code width} characters. A shortened text ends with {@code ending}. */
  public static String clip(String text, int width, String ending) {
    int keep = width - ending.length();
    if (text.length() <= width) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(keep - 1)) ? keep - 1 : keep)
        + ending;
  }

  private static int sequenceLength(byte first) {
    int lead = first & 0xff;
    return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }

  /** Returns one character, or an empty text if the bytes are not valid UTF-8. */
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

  private static boolean isVisible(int character) {
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
