package io.github.ratelimiter.cache;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Objects;

/** Puts an {@link AdmissionCache} together. Not thread-safe. */
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
   * How long permits are held; 100 ms by default. Longer leases ask the store less often, and keep
   * permits longer from other instances. A limit that is full again sooner gets shorter ones, or
   * none.
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
   * The longest time for which a refusal is repeated without asking again; 1 s by default, and
   * never longer than a lease.
   *
   * @param age zero (ask every time) to 1 hour
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

  /**
   * How much of what a key has left one lease may take; a quarter by default. A smaller share
   * leaves more to other instances.
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
   * The most keys to know; 100,000 by default. Which ones are kept is Caffeine's choice, by how
   * often they are asked for.
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
   * The most memory to use, estimated; 100 MiB by default.
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
   * The clock by which leases are kept; the system's by default.
   *
   * @param timeSource the clock
   * @return this
   */
  public AdmissionCacheBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Makes the cache.
   *
   * @return the cache
   */
  public AdmissionCache build() {
    return new AdmissionCache(this);
  }
}
