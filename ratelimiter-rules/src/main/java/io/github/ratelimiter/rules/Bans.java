package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Stores bans, so that they hold in all processes. Thread-safe. */
final class Bans {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final LimitedLog failures =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  private final StateStore store;
  private final TimeSource time;

  Bans(StateStore store, TimeSource time) {
    this.store = store;
    this.time = time;
  }

  /** Drains a key. Does not wait for the store, and logs a failure of it. */
  void begin(String key, Policy policy, Duration length) {
    var unused =
        RateLimiter.builder()
            .policy(policy)
            .store(store)
            .timeSource(time)
            .build()
            .async()
            .drain(key, length)
            .exceptionally(
                failure -> {
                  failures
                      .event()
                      .setCause(Keyless.stack(failure))
                      .log("A ban could not be stored");
                  return null;
                });
  }
}
