package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.cli.Text;
import io.github.ratelimiter.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The text of a key in a report, safe to print. It has a bounded length, so that the memory of a
 * preview is bounded: a long one is shortened and ends with a part of its SHA-256. Different keys
 * have different texts.
 */
final class KeyText {
  private static final int LONGEST = 100;
  private static final int DIGEST = 8;

  private KeyText() {}

  static String of(String key) {
    if (key.length() <= LONGEST && key.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return key;
    }
    String text = Text.readable(key);
    if (text.length() <= LONGEST) {
      return text;
    }
    String digest = HexFormat.of().formatHex(sha256(key), 0, DIGEST);
    return Text.clip(text, LONGEST - digest.length() - 2, "...") + " #" + digest;
  }

  /** Returns the key of a client that is on a list. */
  static String ofClient(HttpRequest request) {
    return of(Key.ip(request.remoteAddress().orElseThrow()).text());
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
