package io.github.ratelimiter.cache;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Objects;

/**
 * Builds an {@link AdmissionCache}. Every setting has a default. A null argument is refused with a
 * {@link NullPointerException}. Not thread-safe.
 */
public final class AdmissionCacheBuilder {
  private static final Duration MIN_LEASE = Duration.ofMillis(10);
  private static final Duration MAX_LEASE = Duration.ofSeconds(10);
  private static final long DEFAULT_KEYS = 100_000;
  private static final long DEFAULT_BYTES = 100L << 20;

  final StateStore store;
  TimeSource timeSource = TimeSource.system();
  long leaseMicros = 100_000;
  long refusalMicros = 1_000_000;
  double share = 0.25;
  long maximumKeys = DEFAULT_KEYS;
  long maximumBytes = DEFAULT_BYTES;

  AdmissionCacheBuilder(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  /**
   * Sets the length of a lease. Default: 100 ms. With longer leases there are fewer calls to the
   * store, but other instances cannot use the permits for longer. A limit that refills quickly has
   * shorter leases or none.
   *
   * @param lease from 10 ms to 10 s
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public AdmissionCacheBuilder lease(Duration lease) {
    if (lease.compareTo(MIN_LEASE) < 0 || lease.compareTo(MAX_LEASE) > 0) {
      throw new IllegalArgumentException("lease is " + lease + "; it must be from 10 ms to 10 s");
    }
    leaseMicros = lease.toNanos() / 1_000;
    return this;
  }

  /**
   * Sets the longest time for which a refusal is repeated without a call to the store. Default: 1
   * s, but never longer than a lease.
   *
   * @param age from 0 (no refusal is repeated) to 1 hour
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public AdmissionCacheBuilder refusalAge(Duration age) {
    if (age.isNegative() || age.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("refusalAge is " + age + "; it must be from 0 to 1 hour");
    }
    refusalMicros = age.toNanos() / 1_000;
    return this;
  }

  /** Returns how long a refusal is repeated at most: no longer than a lease lasts. */
  long mostRefusalMicros() {
    return Math.min(refusalMicros, leaseMicros);
  }

  /**
   * Sets the maximum part of the remaining permits of a key that one lease takes. Default: 0.25. A
   * smaller share leaves more for other instances.
   *
   * @param share above 0, at most 1
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public AdmissionCacheBuilder share(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + "; it must be above 0, at most 1");
    }
    this.share = share;
    return this;
  }

  /**
   * Sets the maximum number of keys. Default: 100,000. Keys that are used often are kept.
   *
   * @param keys at least 1
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public AdmissionCacheBuilder maximumKeys(long keys) {
    if (keys < 1) {
      throw new IllegalArgumentException("maximumKeys is " + keys + "; it must be at least 1");
    }
    this.maximumKeys = keys;
    return this;
  }

  /**
   * Sets the maximum memory, as an estimate. Default: 100 MiB.
   *
   * @param bytes at least 1 MiB
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public AdmissionCacheBuilder maximumBytes(long bytes) {
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException(
          "maximumBytes is " + bytes + "; it must be at least 1 MiB");
    }
    this.maximumBytes = bytes;
    return this;
  }

  /**
   * Sets the clock of the leases. Default: {@link TimeSource#system()}.
   *
   * @param timeSource the clock
   * @return this
   */
  public AdmissionCacheBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Builds the cache.
   *
   * @return a new cache
   */
  public AdmissionCache build() {
    return new AdmissionCache(this);
  }
}
