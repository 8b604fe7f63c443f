package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.Text;
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
 * Keys of a bounded size from fields of any size. Up to SHORT bytes a key is the fields themselves;
 * beyond that it is their beginning and 192 bits of their SHA-256, one byte longer than any short
 * key, so that the two cannot be taken for one another. Fields are joined by a line feed, which no
 * field holds: different fields never make the same key.
 */
/** Makes the key of a request, and the text that people know it by. */
final class KeyMaker {
  private static final String SEPARATOR = "\n";
  private static final int SHORT = 40;
  private static final int DIGEST = 24;
  private static final int PREFIX = SHORT + 1 - DIGEST;

  private final List<Field> fields;
  private final MessageDigest sha256;
  private String whole = "";

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

  /** The key of a request. */
  String key(Line.Request request) {
    whole = request.field(fields.get(0));
    for (Field field : fields.subList(1, fields.size())) {
      whole += SEPARATOR + request.field(field);
    }
    if (isShort(whole)) {
      return whole;
    }
    byte[] digest = sha256.digest(whole.getBytes(StandardCharsets.ISO_8859_1));
    return whole.substring(0, PREFIX) + new String(digest, 0, DIGEST, StandardCharsets.ISO_8859_1);
  }

  /** The text of the last key, whole. */
  String text() {
    return readable(whole);
  }

  /** Whether {@link #text(String)} tells all of a key. */
  static boolean isShort(String key) {
    return key.length() <= SHORT;
  }

  /** The text of a key, as far as the key itself tells it: the digest ends that of a long one. */
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
