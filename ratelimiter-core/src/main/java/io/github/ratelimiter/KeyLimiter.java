package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;

/**
 * A {@link RateLimiter} for one key: for a limit on everything that a process does, or on one
 * downstream service. Each method does the same as the method of that name in {@link RateLimiter},
 * and throws the same exceptions. Thread-safe.
 *
 * <p>Keep it as long as the key is in use. It remembers where the state of its key is. With an
 * in-process store and a policy of one bucket, {@link #tryAcquire()} needs no look-up and, when the
 * JIT has compiled it, allocates nothing.
 */
public interface KeyLimiter {
  /**
   * Returns the key.
   *
   * @return a string of at least one character
   */
  String key();

  /**
   * Takes one permit if it is available now.
   *
   * @return the decision
   */
  default Decision tryAcquire() {
    return tryAcquire(1);
  }

  /**
   * Takes permits if all of them are available now. A refused call consumes none.
   *
   * @param permits at least 1
   * @return the decision
   */
  Decision tryAcquire(long permits);

  /**
   * Takes a number of permits for each limit. See {@link RateLimiter#tryAcquire(String, Cost)}.
   *
   * @param cost the number of permits for each limit of the policy
   * @return the decision
   */
  Decision tryAcquire(Cost cost);

  /**
   * Takes permits, and waits up to {@code maxWait} until all of them are available. See {@link
   * RateLimiter#tryAcquire(String, long, Duration)}.
   *
   * @param permits at least 1
   * @param maxWait the longest time to wait, zero or more
   * @return the decision
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Decision tryAcquire(long permits, Duration maxWait) throws InterruptedException;

  /**
   * Returns the decision that {@link #tryAcquire()} would return, without consuming a permit.
   *
   * @return the decision, with the state before the call
   */
  default Decision peek() {
    return peek(1);
  }

  /**
   * Returns the decision that {@link #tryAcquire(long)} would return, without consuming permits.
   *
   * @param permits at least 1
   * @return the decision, with the state before the call
   */
  Decision peek(long permits);

  /**
   * Returns permits that were granted and not used. See {@link RateLimiter#refund(String, long)}.
   *
   * @param permits at least 1
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision refund(long permits);

  /**
   * Takes permits now for a cost that is known later. See {@link RateLimiter#reserve(String,
   * long)}.
   *
   * @param permits the expected cost, at least 1
   * @return the reservation; check {@link Reservation#allowed()}
   */
  default Reservation reserve(long permits) {
    return reserve(permits, permits);
  }

  /**
   * Takes as many permits as are available. See {@link RateLimiter#reserve(String, long, long)}.
   *
   * @param min the fewest permits to take, at least 1
   * @param max the most permits to take, at least {@code min}
   * @return the reservation; check {@link Reservation#allowed()}
   */
  Reservation reserve(long min, long max);

  /**
   * Takes a number of permits for each limit now, for a cost that is known later. See {@link
   * RateLimiter#reserve(String, Cost)}.
   *
   * @param cost the expected number of permits for each limit of the policy
   * @return the reservation; check {@link Reservation#allowed()}
   */
  Reservation reserve(Cost cost);

  /**
   * Charges permits that were used without a decision. See {@link RateLimiter#record(String,
   * long)}.
   *
   * @param permits at least 1
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision record(long permits);

  /**
   * Charges a number of permits for each limit. See {@link RateLimiter#record(String, Cost)}.
   *
   * @param cost the number of permits for each limit of the policy
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision record(Cost cost);

  /**
   * Makes all permits of the key unavailable for a duration. See {@link RateLimiter#drain}.
   *
   * @param duration at least one microsecond
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision drain(Duration duration);

  /**
   * Makes all permits of the key available again.
   *
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision reset();
}
