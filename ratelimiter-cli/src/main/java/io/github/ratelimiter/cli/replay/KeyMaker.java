package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
import io.github.ratelimiter.cli.log.Line;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/*
 * A key has a bounded size. Up to SHORT bytes, it is the fields themselves. A longer text is cut,
 * and 192 bits of its SHA-256 follow. Such a key is one byte longer than any short key, so a long
 * key never equals a short one. A line feed joins the fields. No field contains a line feed, so
 * different fields have different keys.
 */
/** Creates the key of a request, and the text of a key in reports. */
final class KeyMaker {
  private static final String SEPARATOR = "\n";
  private static final int SHORT = 40;
  private static final int DIGEST = 24;
  private static final int PREFIX = SHORT + 1 - DIGEST;

  private final List<Field> fields;
  private final MessageDigest sha256;
  private String joined = "";

  private KeyMaker(List<Field> fields) {
    this.fields = fields;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Parses the fields of a key.
   *
   * @param text names of fields, joined by {@code +}
   * @throws IllegalArgumentException if a name is unknown or occurs twice
   */
  static KeyMaker of(String text) {
    List<Field> fields = new ArrayList<>();
    for (String name : text.split("\\+", -1)) {
      Field field = parseField(name.strip(), text);
      if (fields.contains(field)) {
        throw new IllegalArgumentException("key \"" + text + "\": '" + name + "' is given twice");
      }
      fields.add(field);
    }
    return new KeyMaker(List.copyOf(fields));
  }

  private static Field parseField(String name, String text) {
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

  /** Returns the key of a request. */
  String key(Line.Request request) {
    joined = fields.get(0).of(request);
    for (Field field : fields.subList(1, fields.size())) {
      joined += SEPARATOR + field.of(request);
    }
    if (isShort(joined)) {
      return joined;
    }
    byte[] digest = sha256.digest(joined.getBytes(StandardCharsets.ISO_8859_1));
    return joined.substring(0, PREFIX) + new String(digest, 0, DIGEST, StandardCharsets.ISO_8859_1);
  }

  /** Returns the full text of the last key. */
  String text() {
    return readable(joined);
  }

  /** Returns whether a key holds its fields in full. */
  static boolean isShort(String key) {
    return key.length() <= SHORT;
  }

  /** Returns the text of a key. The text of a long key is shortened and ends with its digest. */
  static String text(String key) {
    if (isShort(key)) {
      return readable(key);
    }
    byte[] digest = key.substring(PREFIX).getBytes(StandardCharsets.ISO_8859_1);
    return readable(key.substring(0, PREFIX)) + "... #" + HexFormat.of().formatHex(digest, 0, 8);
  }

  private static String readable(String key) {
    return Arrays.stream(key.split(SEPARATOR, -1))
        .map(Text::readableBytes)
        .collect(Collectors.joining("|"));
  }

  @Override
  public String toString() {
    return String.join("+", fields.stream().map(Field::text).toList());
  }
}
