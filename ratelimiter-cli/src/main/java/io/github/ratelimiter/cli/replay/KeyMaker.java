package io.github.ratelimiter.cli.replay;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/*
 * Keys of a bounded size from fields of any size. Up to SHORT bytes a key is the fields themselves;
 * beyond that it is their beginning and 192 bits of their SHA-256, one byte longer than any short
 * key, so that the two cannot be taken for one another. Fields are joined by a line feed, which no
 * field holds: different fields never make the same key.
 */
/** Makes the key of a line, and the text that people know it by. */
final class KeyMaker {
  private static final int SHORT = 40;
  private static final int DIGEST = 24;
  private static final int PREFIX = SHORT + 1 - DIGEST;

  private final List<Field> fields;
  private final byte[] bytes = new byte[Field.values().length * (LineReader.LONGEST + 1)];
  private final byte[] shortened = new byte[SHORT + 1];
  private final MessageDigest sha256;
  private int length;

  private KeyMaker(List<Field> fields) {
    this.fields = fields;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Reads what makes a key.
   *
   * @param text names of fields joined by {@code +}
   * @throws IllegalArgumentException if one is none
   */
  static KeyMaker of(String text) {
    List<Field> fields = new ArrayList<>();
    for (String name : text.split("\\+", -1)) {
      Field field = field(name.strip(), text);
      if (fields.contains(field)) {
        throw new IllegalArgumentException(
            "key \"" + text + "\": '" + name + "' stands there twice");
      }
      fields.add(field);
    }
    return new KeyMaker(List.copyOf(fields));
  }

  private static Field field(String name, String text) {
    for (Field field : Field.values()) {
      if (field.text().equals(name.toLowerCase(Locale.ROOT))) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "key \""
            + text
            + "\": found '"
            + name
            + "', expected ip, path, agent or user, joined by +");
  }

  /** The key of a line. */
  String key(LogLine line) {
    length = 0;
    for (Field field : fields) {
      if (length > 0) {
        bytes[length++] = '\n';
      }
      length = line.copy(field, bytes, length);
    }
    if (length <= SHORT) {
      return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    System.arraycopy(bytes, 0, shortened, 0, PREFIX);
    sha256.update(bytes, 0, length);
    System.arraycopy(sha256.digest(), 0, shortened, PREFIX, DIGEST);
    return new String(shortened, StandardCharsets.ISO_8859_1);
  }

  /** The text of the last key, whole. */
  String text() {
    StringBuilder text = new StringBuilder(length);
    int from = 0;
    for (int at = 0; at <= length; at++) {
      if (at == length || bytes[at] == '\n') {
        text.append(from > 0 ? "|" : "").append(Text.readable(bytes, from, at));
        from = at + 1;
      }
    }
    return text.toString();
  }

  /** Whether {@link #text(String)} tells all of a key. */
  static boolean isShort(String key) {
    return key.length() <= SHORT;
  }

  /** The text of a key, as far as the key itself tells it: the digest ends that of a long one. */
  static String text(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    if (isShort(key)) {
      return Text.readable(bytes, 0, bytes.length).replace("\\x0a", "|");
    }
    String digest = HexFormat.of().formatHex(bytes, PREFIX, PREFIX + 8);
    return Text.readable(bytes, 0, PREFIX).replace("\\x0a", "|") + "... #" + digest;
  }

  @Override
  public String toString() {
    return String.join("+", fields.stream().map(Field::text).toList());
  }
}
