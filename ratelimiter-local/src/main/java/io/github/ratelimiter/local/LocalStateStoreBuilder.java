package io.github.ratelimiter.local;

import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link LocalStateStore}. Every setting has a default. A null argument is refused with a
 * {@link NullPointerException}. Not thread-safe.
 */
public final class LocalStateStoreBuilder {
  private static final long DEFAULT_MAXIMUM_KEYS = 1_000_000;
  private static final long LARGEST_MAXIMUM_KEYS = 1L << 30;

  long maximumKeys = DEFAULT_MAXIMUM_KEYS;
  TimeSource timeSource = TimeSource.system();
  private @Nullable ScheduledExecutorService scheduler;
  private Duration sweepEvery = Duration.ZERO;

  LocalStateStoreBuilder() {}

  /**
   * Sets the maximum number of keys. Default: 1,000,000. Memory is allocated as keys are added.
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
   * Sets the clock. Default: {@link TimeSource#system()}. It is read once for each decision.
   *
   * @param timeSource the clock
   * @return this
   */
  public LocalStateStoreBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Removes all keys with all permits available at intervals. Default: no sweep. A sweep frees
   * memory in a process without new keys. It is not needed for the maximum number of keys.
   *
   * @param interval at least 1 ms
   * @param scheduler runs the sweep until the store is closed
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
   * Builds the store.
   *
   * @return a new store
   */
  public LocalStateStore build() {
    return new LocalStateStore(this);
  }
}
