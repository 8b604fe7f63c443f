package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A {@link RateLimiter} that does not block: each method starts what the method of the same name
 * does, and returns a future of the decision. Thread-safe.
 *
 * <p>Arguments are checked before a method returns. All other failures complete the future
 * exceptionally. Futures complete on {@link RateLimiterBuilder#executor}.
 */
public interface AsyncRateLimiter {
  /**
   * Takes one permit if it is available now.
   *
   * @param key identifies the caller
   * @return a future of the decision
   */
  default CompletableFuture<Decision> tryAcquire(String key) {
    return tryAcquire(key, 1);
  }

  /**
   * Takes permits if all of them are available now. A refused call consumes none.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return a future of the decision
   */
  CompletableFuture<Decision> tryAcquire(String key, long permits);

  /**
   * Takes a number of permits for each limit. See {@link RateLimiter#tryAcquire(String, Cost)}.
   *
   * @param key identifies the caller
   * @param cost the number of permits for each limit of the policy
   * @return a future of the decision
   * @throws IllegalArgumentException if the policy has another number of limits
   */
  CompletableFuture<Decision> tryAcquire(String key, Cost cost);

  /**
   * Takes permits when all of them are available, within {@code maxWait}. See {@link
   * RateLimiter#tryAcquire(String, long, Duration)}.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @param maxWait the longest time to wait, zero or more
   * @return a future of the decision, which completes when the permits may be used. Cancel it to
   *     release the reservation: a future that is abandoned keeps its permits.
   */
  CompletableFuture<Decision> tryAcquire(String key, long permits, Duration maxWait);

  /**
   * Returns the decision that {@link #tryAcquire(String)} would return, without consuming a permit.
   *
   * @param key identifies the caller
   * @return a future of the decision, with the state before the call
   */
  default CompletableFuture<Decision> peek(String key) {
    return peek(key, 1);
  }

  /**
   * Returns the decision that {@link #tryAcquire(String, long)} would return, without consuming
   * permits.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return a future of the decision, with the state before the call
   */
  CompletableFuture<Decision> peek(String key, long permits);

  /**
   * Returns permits that were granted and not used. See {@link RateLimiter#refund(String, long)}.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  CompletableFuture<Decision> refund(String key, long permits);

  /**
   * Takes permits now for a cost that is known later. See {@link RateLimiter#reserve(String,
   * long)}.
   *
   * @param key identifies the caller
   * @param permits the expected cost, at least 1
   * @return a future of the reservation
   */
  default CompletableFuture<Reservation> reserve(String key, long permits) {
    return reserve(key, permits, permits);
  }

  /**
   * Takes as many permits as are available. See {@link RateLimiter#reserve(String, long, long)}.
   *
   * @param key identifies the caller
   * @param min the fewest permits to take, at least 1
   * @param max the most permits to take, at least {@code min}
   * @return a future of the reservation
   */
  CompletableFuture<Reservation> reserve(String key, long min, long max);

  /**
   * Takes a number of permits for each limit now, for a cost that is known later. See {@link
   * RateLimiter#reserve(String, Cost)}.
   *
   * @param key identifies the caller
   * @param cost the expected number of permits for each limit of the policy
   * @return a future of the reservation
   */
  CompletableFuture<Reservation> reserve(String key, Cost cost);

  /**
   * Charges permits that were used without a decision. See {@link RateLimiter#record(String,
   * long)}.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  CompletableFuture<Decision> record(String key, long permits);

  /**
   * Charges a number of permits for each limit. See {@link RateLimiter#record(String, Cost)}.
   *
   * @param key identifies the caller
   * @param cost the number of permits for each limit of the policy
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  CompletableFuture<Decision> record(String key, Cost cost);

  /**
   * Makes all permits of a key unavailable for a duration. See {@link RateLimiter#drain}.
   *
   * @param key identifies the caller
   * @param duration at least one microsecond
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  CompletableFuture<Decision> drain(String key, Duration duration);

  /**
   * Makes all permits of a key available again.
   *
   * @param key identifies the caller
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  CompletableFuture<Decision> reset(String key);
}
