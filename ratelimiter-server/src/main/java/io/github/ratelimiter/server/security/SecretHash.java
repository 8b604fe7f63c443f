package io.github.ratelimiter.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 hash of a secret. Immutable. It does not show itself. */
final class SecretHash {
  private static final int HEX_DIGITS = 64;

  private final byte[] hash;

  private SecretHash(byte[] hash) {
    this.hash = hash;
  }

  static SecretHash of(String secret) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new SecretHash(sha256.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a hash.
   *
   * @throws IllegalArgumentException if the text is not 64 hexadecimal digits; the message does not
   *     have the text, which may be the secret itself
   */
  static SecretHash parse(String hex) {
    if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "expected the SHA-256 hash of a token, which has 64 hexadecimal digits;"
              + " 'new-token' prints one");
    }
    return new SecretHash(HexFormat.of().parseHex(hex));
  }

  /** Takes the same time, wherever the hashes differ. */
  boolean matches(SecretHash other) {
    return MessageDigest.isEqual(hash, other.hash);
  }

  String hex() {
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public String toString() {
    return "a hash";
  }
}
