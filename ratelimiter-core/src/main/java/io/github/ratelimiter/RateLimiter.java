package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;

/**
 * Grants permits to keys under a policy. Thread-safe.
 *
 * <p>A key identifies the caller: a user ID, an API key, an address, or several joined, for example
 * {@code user:42|endpoint:/pay}. It is any string of at least one character. A new key has all
 * permits of its limits. A call for more permits than a limit can ever hold is refused as {@link
 * Decision.Outcome#IMPOSSIBLE}.
 *
 * <p>All methods throw {@link IllegalArgumentException} if the key is empty or the number of
 * permits is below 1, and {@link NullPointerException} if an argument is null. No permit is
 * consumed then. They throw {@link StoreException} if the store cannot decide; a store with a
 * fallback always decides. They throw {@link IllegalStateException} if the store is closed.
 */
public interface RateLimiter extends AutoCloseable {
  /**
   * Returns a limiter with one policy for all keys.
   *
   * @param name the name of the policy, for example {@code login}: limiters with the same name and
   *     the same store share permits
   * @param policy the limits, for example {@code 5/min} or {@code 10/s burst 20; 1000/day}
   * @param store keeps the state; the caller closes it
   * @return the limiter
   * @throws PolicySyntaxException if the policy cannot be parsed
   */
  static RateLimiter of(String name, String policy, StateStore store) {
    return of(Policy.parse(name, policy), store);
  }

  /**
   * Returns a limiter with one policy for all keys.
   *
   * @param policy the policy
   * @param store keeps the state; the caller closes it
   * @return the limiter
   */
  static RateLimiter of(Policy policy, StateStore store) {
    return builder().policy(policy).store(store).build();
  }

  /**
   * Returns a builder.
   *
   * @return a new builder
   */
  static RateLimiterBuilder builder() {
    return new RateLimiterBuilder();
  }

  /**
   * Takes one permit if it is available now.
   *
   * @param key identifies the caller
   * @return the decision
   */
  default Decision tryAcquire(String key) {
    return tryAcquire(key, 1);
  }

  /**
   * Takes permits if all of them are available now. A refused call consumes none.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return the decision
   */
  Decision tryAcquire(String key, long permits);

  /**
   * Takes a number of permits for each limit if all of them are available now. A refused call
   * consumes none. An admission cache passes such a call to the store.
   *
   * @param key identifies the caller
   * @param cost the number of permits for each limit of the policy
   * @return the decision
   * @throws IllegalArgumentException if the policy has another number of limits
   */
  Decision tryAcquire(String key, Cost cost);

  /**
   * Takes permits, and waits up to {@code maxWait} until all of them are available. A call that
   * cannot succeed within {@code maxWait} is refused immediately and consumes none.
   *
   * <p>If all limits are buckets, callers reserve permits in the order of their calls, over all
   * users of the store; a leaky bucket spaces them out. Otherwise the callers of this limiter form
   * a queue for each key.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @param maxWait the longest time to wait, zero or more, rounded down to microseconds and limited
   *     to 35 years
   * @return the decision; {@link Decision#remaining()} and the other numbers are those of the time
   *     of the reservation
   * @throws InterruptedException if the thread is interrupted while it waits; the reservation is
   *     then released unless a later one depends on it
   */
  Decision tryAcquire(String key, long permits, Duration maxWait) throws InterruptedException;

  /**
   * Returns the decision that {@link #tryAcquire(String)} would return, without consuming a permit.
   *
   * @param key identifies the caller
   * @return the decision, with the state before the call
   */
  default Decision peek(String key) {
    return peek(key, 1);
  }

  /**
   * Returns the decision that {@link #tryAcquire(String, long)} would return, without consuming
   * permits.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return the decision, with the state before the call
   */
  Decision peek(String key, long permits);

  /**
   * Returns permits that were granted and not used. A limit never holds more than its capacity.
   * Call it soon after the grant: permits that a bucket has refilled since then are returned twice.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision refund(String key, long permits);

  /**
   * Takes permits now for a cost that is known later. All of them must be available; a refused
   * reservation consumes none. Settle the reservation when the cost is known.
   *
   * @param key identifies the caller
   * @param permits the expected cost, at least 1
   * @return the reservation; check {@link Reservation#allowed()}
   */
  default Reservation reserve(String key, long permits) {
    return reserve(key, permits, permits);
  }

  /**
   * Takes as many permits as are available now, at least {@code min} and at most {@code max}. If
   * fewer than {@code min} are available, the reservation is refused and consumes none. {@link
   * Reservation#permits()} returns how many were taken. The reservation need not be settled.
   *
   * @param key identifies the caller
   * @param min the fewest permits to take, at least 1
   * @param max the most permits to take, at least {@code min}
   * @return the reservation; check {@link Reservation#allowed()}
   * @throws IllegalArgumentException if {@code max} is less than {@code min}
   */
  Reservation reserve(String key, long min, long max);

  /**
   * Takes a number of permits for each limit now, for a cost that is known later. All of them must
   * be available; a refused reservation consumes none.
   *
   * @param key identifies the caller
   * @param cost the expected number of permits for each limit of the policy
   * @return the reservation; check {@link Reservation#allowed()}
   * @throws IllegalArgumentException if the policy has another number of limits
   */
  Reservation reserve(String key, Cost cost);

  /**
   * Charges permits that were used without a decision. Each limit is charged at most the permits
   * that it has left and its {@link Limit#debt()}. {@link Decision#uncounted()} returns the permits
   * that were not charged.
   *
   * @param key identifies the caller
   * @param permits at least 1
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision record(String key, long permits);

  /**
   * Charges a number of permits for each limit, as {@link #record(String, long)} does.
   *
   * @param key identifies the caller
   * @param cost the number of permits for each limit of the policy
   * @return an allowed decision with the state after the call
   * @throws IllegalArgumentException if the policy has another number of limits
   */
  @CanIgnoreReturnValue
  Decision record(String key, Cost cost);

  /**
   * Makes all permits of a key unavailable for a duration, for example because a downstream service
   * asked for a pause. Calls for permits are refused; calls with a {@code maxWait} get their
   * permits after the drain. The usage of the key does not change. A drain never shortens an
   * earlier one; {@link #reset} ends all of them. Permits that were leased or reserved before can
   * still be used.
   *
   * @param key identifies the caller
   * @param duration at least one microsecond; more than 35 years count as 35 years. The end of the
   *     drain is rounded up to a millisecond
   * @return an allowed decision with the state after the call
   * @throws IllegalArgumentException if the duration is shorter than one microsecond
   */
  @CanIgnoreReturnValue
  Decision drain(String key, Duration duration);

  /**
   * Makes all permits of a key available again.
   *
   * @param key identifies the caller
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  Decision reset(String key);

  /**
   * Returns a limiter for one key, with the policy, the store and the listeners of this one.
   *
   * @param key identifies the caller
   * @return a new limiter
   */
  KeyLimiter forKey(String key);

  /**
   * Returns a part for a {@link JointLimiter}, which decides on several keys at once. The part
   * takes one permit of the key under this limiter; see {@link JointLimiter.Part#permits(long)}.
   *
   * @param key identifies the caller
   * @return a new part
   */
  JointLimiter.Part part(String key);

  /**
   * Returns this limiter with methods that return futures.
   *
   * @return always the same view
   */
  AsyncRateLimiter async();

  /**
   * Adds an observer, for example a {@link DecisionListener}. An observer that was added several
   * times is notified once of each call, until it was removed as many times.
   *
   * @param observer is notified of calls that begin from now on
   */
  void addObserver(CallObserver observer);

  /**
   * Removes an observer.
   *
   * @param observer is not notified of calls that begin from now on
   */
  void removeObserver(CallObserver observer);

  /**
   * Returns the store that decides, with its wrappers: to add a listener, or to {@link
   * StateStore#unwrap} one of them.
   *
   * @return the outermost wrapper, or the store if there are none
   */
  StateStore store();

  /**
   * Returns whether this limiter can decide, and by what. Never waits.
   *
   * @return the present status
   */
  Status status();

  /**
   * Closes the wrappers that {@link RateLimiterBuilder#wrap} added, the outermost first. The store
   * stays open. Without wrappers, only the listeners of the store are removed.
   */
  @Override
  void close();
}
