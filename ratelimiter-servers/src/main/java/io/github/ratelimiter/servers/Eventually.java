package io.github.ratelimiter.servers;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Conditions that real servers and clients fulfil soon. */
public final class Eventually {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration INTERVAL = Duration.ofMillis(1);

  private Eventually() {}

  /**
   * Returns a wait for a condition, 20 seconds at most. The condition is checked on the calling
   * thread, and an exception means that it does not hold yet.
   *
   * @param condition the name of the condition, for the message of a timeout
   */
  public static ConditionFactory eventually(String condition) {
    return Awaitility.await(condition)
        .atMost(TIMEOUT)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(INTERVAL)
        .ignoreExceptions()
        // Threads of other tests end with exceptions, on purpose.
        .dontCatchUncaughtExceptions();
  }
}
