package io.github.ratelimiter.observe;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.TimeSource;
import java.util.Objects;

/** Builds a {@link TopLimitedKeys}. Not thread-safe. */
public final class TopLimitedKeysBuilder {
  private static final int MOST = 10_000;

  int counters = 100;
  int policies = 100;
  TimeSource timeSource = TimeSource.system();

  TopLimitedKeysBuilder() {}

  /**
   * Sets the number of counters. Default: 100. Every key with more than one in this number of all
   * refused calls is found. Each policy has twelve times as many counters of about 100 bytes, and
   * refers to the keys.
   *
   * @param number from 1 to 10,000
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  @CanIgnoreReturnValue
  public TopLimitedKeysBuilder counters(int number) {
    this.counters = inRange("counters", number);
    return this;
  }

  /**
   * Sets for how many policies keys are counted. Default: 100. A policy without a refusal in the
   * last hour makes room for another one.
   *
   * @param number from 1 to 10,000
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  @CanIgnoreReturnValue
  public TopLimitedKeysBuilder maximumPolicies(int number) {
    this.policies = inRange("maximumPolicies", number);
    return this;
  }

  private static int inRange(String name, int number) {
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException(name + " is " + number + "; it must be from 1 to " + MOST);
    }
    return number;
  }

  /**
   * Sets the clock. Default: the system's clock.
   *
   * @param timeSource the clock
   * @return this
   */
  @CanIgnoreReturnValue
  public TopLimitedKeysBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Builds the observer.
   *
   * @return a new observer; add it to a limiter with {@code limiter.addObserver(top)}
   */
  public TopLimitedKeys build() {
    return new TopLimitedKeys(this);
  }
}
