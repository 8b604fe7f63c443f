package io.github.ratelimiter.local;

import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts a {@link LocalStateStore} together. Not thread-safe. */
public final class LocalStateStoreBuilder {
  private static final long DEFAULT_MAXIMUM_KEYS = 1_000_000;
  private static final long LARGEST_MAXIMUM_KEYS = 1L << 30;

  long maximumKeys = DEFAULT_MAXIMUM_KEYS;
  TimeSource timeSource = TimeSource.system();
  private @Nullable ScheduledExecutorService scheduler;
  private Duration sweepEvery = Duration.ZERO;

  LocalStateStoreBuilder() {}

  /**
   * How many keys to hold; 1,000,000 by default. Memory is taken as keys come.
   *
   * @param maximumKeys from 1 to 2<sup>30</sup>
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public LocalStateStoreBuilder maximumKeys(long maximumKeys) {
    if (maximumKeys < 1 || maximumKeys > LARGEST_MAXIMUM_KEYS) {
      throw new IllegalArgumentException(
          "maximumKeys is " + maximumKeys + "; it must be from 1 to " + LARGEST_MAXIMUM_KEYS);
    }
    this.maximumKeys = maximumKeys;
    return this;
  }

  /**
   * The clock; the system's by default. It is read once a decision.
   *
   * @param timeSource the clock
   * @return this
   */
  public LocalStateStoreBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Drops all keys that have become fresh at intervals, so that their memory comes back in a
   * process that sees no new keys. Not needed for the bound.
   *
   * @param interval at least 1 ms
   * @param scheduler runs it, until the store is closed
   * @return this
   * @throws IllegalArgumentException if the interval is out of range
   */
  public LocalStateStoreBuilder sweepEvery(Duration interval, ScheduledExecutorService scheduler) {
    if (interval.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("interval is " + interval + "; it must be at least 1 ms");
    }
    this.sweepEvery = interval;
    this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    return this;
  }

  @Nullable Future<?> schedule(Runnable sweep) {
    if (scheduler == null) {
      return null;
    }
    long millis = sweepEvery.toMillis();
    return scheduler.scheduleWithFixedDelay(sweep, millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Makes the store.
   *
   * @return the store
   */
  public LocalStateStore build() {
    return new LocalStateStore(this);
  }
}
