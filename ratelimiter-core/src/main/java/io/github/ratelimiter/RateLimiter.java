package io.github.ratelimiter;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Grants permits to keys under a policy. Thread-safe.
 *
 * <p>Keys are any strings of at least one character: a user, an API key, an address, or several
 * joined ({@code user:42|endpoint:/pay}). A key that was never seen has its whole limit. A call for
 * more permits than a limit ever holds is refused as {@link Decision.Outcome#IMPOSSIBLE}.
 *
 * <p>All methods throw, at the call, {@link IllegalArgumentException} for an empty key or permits
 * below 1 and {@link NullPointerException} for null; nothing is then consumed. What a store throws,
 * such as {@link IllegalStateException} when it is closed, comes out of the future of those methods
 * that answer with one.
 */
public interface RateLimiter extends AutoCloseable {
  /**
   * A limiter with one policy for all keys, which waits on the system's clock.
   *
   * @param policy the policy
   * @param store where the state lives; closing it stays the caller's
   * @return the limiter
   */
  static RateLimiter of(Policy policy, StateStore store) {
    return builder().policy(policy).store(store).build();
  }

  /**
   * Starts a limiter.
   *
   * @return a builder
   */
  static RateLimiterBuilder builder() {
    return new RateLimiterBuilder();
  }

  /**
   * Takes one permit, or none.
   *
   * @param key the key
   * @return the decision
   */
  default Decision tryAcquire(String key) {
    return tryAcquire(key, 1);
  }

  /**
   * Takes permits now, all or none; a refusal consumes nothing.
   *
   * @param key the key
   * @param permits at least 1
   * @return the decision
   */
  Decision tryAcquire(String key, long permits);

  /**
   * Takes permits, waiting for them if need be. What cannot succeed in time is refused at once and
   * consumes nothing.
   *
   * <p>Where all limits are buckets, callers book ahead, first come first served over all users of
   * the store; a leaky bucket spaces them out. Elsewhere the callers of this limiter form a queue
   * for each key.
   *
   * @param key the key
   * @param permits at least 1
   * @param maxWait the longest time to wait, zero or more, rounded down to microseconds; what lies
   *     beyond the years that a limit can count is cut off
   * @return the decision, at its turn; what it says of the state was so when it was booked
   * @throws InterruptedException if the thread is interrupted; a booking is given back unless
   *     another stands on it
   */
  Decision acquire(String key, long permits, Duration maxWait) throws InterruptedException;

  /**
   * Looks whether one permit could be taken, and takes none.
   *
   * @param key the key
   * @return the decision that {@link #tryAcquire(String)} would have been
   */
  default Decision peek(String key) {
    return peek(key, 1);
  }

  /**
   * Looks whether permits could be taken, and takes none.
   *
   * @param key the key
   * @param permits at least 1
   * @return the decision that {@link #tryAcquire(String, long)} would have been, with the state
   *     before it
   */
  Decision peek(String key, long permits);

  /**
   * Gives back permits that were granted and not used; never above the capacity. To be called soon:
   * what a limit has given back by itself in the meantime is given back twice.
   *
   * @param key the key
   * @param permits at least 1
   * @return the state after it, allowed
   */
  Decision refund(String key, long permits);

  /**
   * Forgets what a key has used.
   *
   * @param key the key
   * @return the state after it, allowed
   */
  Decision reset(String key);

  /**
   * {@link #tryAcquire(String)}, without blocking.
   *
   * @param key the key
   * @return the decision
   */
  default CompletableFuture<Decision> tryAcquireAsync(String key) {
    return tryAcquireAsync(key, 1);
  }

  /**
   * {@link #tryAcquire(String, long)}, without blocking.
   *
   * @param key the key
   * @param permits at least 1
   * @return the decision
   */
  CompletableFuture<Decision> tryAcquireAsync(String key, long permits);

  /**
   * {@link #acquire}, without blocking. Cancelling the future is what interrupting the thread is to
   * the other.
   *
   * @param key the key
   * @param permits at least 1
   * @param maxWait the longest time to wait, zero or more
   * @return the decision, at its turn
   */
  CompletableFuture<Decision> acquireAsync(String key, long permits, Duration maxWait);

  /**
   * {@link #peek(String, long)}, without blocking.
   *
   * @param key the key
   * @param permits at least 1
   * @return the decision
   */
  CompletableFuture<Decision> peekAsync(String key, long permits);

  /**
   * {@link #refund}, without blocking.
   *
   * @param key the key
   * @param permits at least 1
   * @return the state after it
   */
  CompletableFuture<Decision> refundAsync(String key, long permits);

  /**
   * {@link #reset}, without blocking.
   *
   * @param key the key
   * @return the state after it
   */
  CompletableFuture<Decision> resetAsync(String key);

  /**
   * Closes what {@link RateLimiterBuilder#wrap} put around the store, the outermost first. The
   * store stays open, and so does a limiter without wrappers.
   */
  @Override
  default void close() {}
}
