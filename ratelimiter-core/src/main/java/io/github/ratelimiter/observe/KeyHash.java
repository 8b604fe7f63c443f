package io.github.ratelimiter.observe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A pseudonym for a key in logs and traces: HMAC-SHA-256 (RFC 2104), shortened to 128 bits.
 * Thread-safe. It costs about a microsecond.
 *
 * <p>Equal keys have equal hashes, so a caller can be followed through logs. Without the secret, a
 * hash cannot be computed for a key that somebody guesses; a plain hash of an address or of a user
 * ID can.
 */
public final class KeyHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_SECRET_BYTES = 16;
  private static final int HASH_BYTES = 16;

  private final SecretKeySpec secret;

  private KeyHash(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * Returns a hash with a secret. Processes with the same secret have the same hashes.
   *
   * @param secret at least 16 bytes, from a source of secrets; copied
   * @return the hash
   * @throws IllegalArgumentException if the secret is shorter
   */
  public static KeyHash withSecret(byte[] secret) {
    if (Objects.requireNonNull(secret, "secret").length < LEAST_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the secret has %d bytes; it must have at least %d"
              .formatted(secret.length, LEAST_SECRET_BYTES));
    }
    return new KeyHash(secret);
  }

  /**
   * Returns a hash with a random secret. Its hashes mean nothing to another process, or after a
   * restart.
   *
   * @return a new hash
   */
  public static KeyHash random() {
    byte[] secret = new byte[2 * LEAST_SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new KeyHash(secret);
  }

  /**
   * Returns the hash of a key.
   *
   * @param key the key
   * @return 32 hexadecimal digits in lower case
   */
  public String of(String key) {
    byte[] hash = mac().doFinal(key.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }

  /** Returns a text without the secret. */
  @Override
  public String toString() {
    return ALGORITHM;
  }
}
