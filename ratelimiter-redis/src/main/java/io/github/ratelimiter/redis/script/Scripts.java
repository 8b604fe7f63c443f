package io.github.ratelimiter.redis.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scripts. Each file is read once. A line {@code --include file} is replaced by the file. */
public final class Scripts {
  private static final String CLOCK = "clock.lua";
  private static final Pattern INCLUDE = Pattern.compile("(?m)^ *--include (\\S+)\n");

  /** The decision script, on the server's clock. */
  public static final String DECIDE = withClock(text(CLOCK));

  /** The SHA-1 of {@link #DECIDE} in hexadecimal, by which the server knows it. */
  public static final String DECIDE_SHA1 = sha1(DECIDE);

  /** The script that counts the instances of the application, on the server's clock. */
  public static final String FLEET = fleetWithClock(text(CLOCK));

  /** The SHA-1 of {@link #FLEET}. */
  public static final String FLEET_SHA1 = sha1(FLEET);

  private Scripts() {}

  /**
   * Returns the decision script with another clock. For tests and benchmarks.
   *
   * @param clock Lua that sets {@code now}
   */
  public static String withClock(String clock) {
    return included(text("decide.lua"), clock);
  }

  /**
   * Returns the fleet script with another clock. For tests.
   *
   * @param clock Lua that sets {@code now}
   */
  public static String fleetWithClock(String clock) {
    return included(text("fleet.lua"), clock);
  }

  private static String included(String script, String clock) {
    return INCLUDE
        .matcher(script)
        .replaceAll(
            include -> {
              String file = include.group(1);
              return Matcher.quoteReplacement(
                  file.equals(CLOCK) ? clock : included(text(file), clock));
            });
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

  public static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
