package io.github.ratelimiter.server.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/*
 * A sealed content is
 *
 *   version (1 byte) | nonce (16 random bytes) | AES-256-GCM of the content, with its tag
 *
 * in Base64 for URLs. The key is HMAC-SHA256(secret, nonce), so no key is used twice, and the counter
 * of GCM can begin at 0. Encrypted, not only signed: the content has the keys of a request, which may
 * be API keys, and identifiers get into logs.
 */
/**
 * Seals the contents of reservations, so that nobody can read, change or make one without the
 * secret. Immutable and thread-safe.
 */
public final class ReservationSeal {
  /** The fewest characters of a secret. */
  public static final int SHORTEST_SECRET = 32;

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 16;
  private static final int TAG_BITS = 128;
  private static final int HEADER_BYTES = 1 + NONCE_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec secret;

  private ReservationSeal(byte[] secret) {
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  /**
   * Returns a seal that all instances with the same secret share.
   *
   * @param secret at least {@link #SHORTEST_SECRET} characters
   */
  public static ReservationSeal of(String secret) {
    if (secret.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "the secret has %d characters; it must have %d or more"
              .formatted(secret.length(), SHORTEST_SECRET));
    }
    return new ReservationSeal(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a seal that no other process has. */
  public static ReservationSeal random() {
    byte[] secret = new byte[32];
    RANDOM.nextBytes(secret);
    return new ReservationSeal(secret);
  }

  /** Seals a content. Two seals of one content differ. */
  String seal(byte[] content) {
    byte[] header = new byte[HEADER_BYTES];
    RANDOM.nextBytes(header);
    header[0] = VERSION;
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, header, content, 0).orElseThrow();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array());
  }

  /** Returns the content; empty if the text was not sealed by this seal. */
  Optional<byte[]> open(String text) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      return all.length < HEADER_BYTES + TAG_BITS / 8 || all[0] != VERSION
          ? Optional.empty()
          : cipher(Cipher.DECRYPT_MODE, all, all, HEADER_BYTES);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns empty if the input was not sealed by this seal. */
  private Optional<byte[]> cipher(int mode, byte[] header, byte[] input, int from) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, keyOf(header), new GCMParameterSpec(TAG_BITS, new byte[12]));
      cipher.updateAAD(header, 0, HEADER_BYTES);
      return Optional.of(cipher.doFinal(input, from, input.length - from));
    } catch (javax.crypto.AEADBadTagException | javax.crypto.IllegalBlockSizeException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES-GCM", e);
    }
  }

  private SecretKeySpec keyOf(byte[] header) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(secret);
    mac.update(header, 0, HEADER_BYTES);
    return new SecretKeySpec(mac.doFinal(), "AES");
  }
}
