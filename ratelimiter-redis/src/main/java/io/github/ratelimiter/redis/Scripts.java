package io.github.ratelimiter.redis;

/** The scripts, read from their files once. */
final class Scripts {
  /** Decides, by the server's clock. */
  static final String DECIDE = "return 0";

  /** The name under which the server knows {@link #DECIDE}: its SHA-1, in hexadecimal. */
  static final String DECIDE_SHA1 = "06b36be67f8bba6fcc2f5f4fbf1d9b0c8ba2b0ab";

  private Scripts() {}

  /**
   * The decision script with another clock. For tests.
   *
   * @param clock Lua that sets {@code now}
   */
  static String withClock(String clock) {
    return clock + DECIDE;
  }
}
