package io.github.ratelimiter.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The scripts. Each file is read once. */
final class Scripts {
  /** The files of the decision script after the one that sets its clock, in order. */
  private static final List<String> FILES =
      List.of(
          "plain.lua",
          "numbers.lua",
          "bucket.lua",
          "fixed-window.lua",
          "sliding-counter.lua",
          "sliding-log.lua",
          "limits.lua",
          "counters.lua",
          "versions.lua",
          "operations.lua",
          "decide.lua");

  private static final String BODY = String.join("", FILES.stream().map(Scripts::text).toList());

  /** The decision script, on the server's clock. */
  static final String DECIDE = withClock(text("clock.lua"));

  /** The SHA-1 of {@link #DECIDE} in hexadecimal, by which the server knows it. */
  static final String DECIDE_SHA1 = sha1(DECIDE);

  /** The script that counts the instances of the application, on the server's clock. */
  static final String FLEET = text("clock.lua") + text("fleet.lua");

  /** The SHA-1 of {@link #FLEET}. */
  static final String FLEET_SHA1 = sha1(FLEET);

  private Scripts() {}

  /**
   * Returns the decision script with another clock. For tests.
   *
   * @param clock Lua that sets {@code now}
   */
  static String withClock(String clock) {
    return clock + BODY;
  }

  private static String text(String file) {
    try (InputStream in = Scripts.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("script " + file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
