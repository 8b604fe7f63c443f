package io.github.ratelimiter.store;

import static io.github.ratelimiter.store.RequestChecks.atLeastOne;
import static io.github.ratelimiter.store.RequestChecks.check;
import static io.github.ratelimiter.store.RequestChecks.checkDuration;
import static io.github.ratelimiter.store.RequestChecks.checkNotNegative;
import static io.github.ratelimiter.store.RequestChecks.checkRange;
import static io.github.ratelimiter.store.RequestChecks.checkReservable;
import static io.github.ratelimiter.store.RequestChecks.checkReturned;
import static io.github.ratelimiter.store.RequestChecks.checkedPermits;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.internal.Arguments;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A request to a {@link StateStore} about one key under one policy. Immutable.
 *
 * <p>Applications call a {@link RateLimiter}. Requests are for stores and their wrappers.
 */
public sealed interface Request {
  /** All generations are below this number: 2<sup>48</sup>. */
  long GENERATIONS = 1L << 48;

  /**
   * Returns the key, which identifies the caller.
   *
   * @return a string of at least one character
   */
  String key();

  /**
   * Returns the policy.
   *
   * @return the version in force at the call
   */
  Policy policy();

  /**
   * Returns the permits that this request takes, queries or returns.
   *
   * @return for a lease or a hold, the maximum; if the limits have different numbers, the largest;
   *     0 for a drain and a reset
   */
  long permits();

  /**
   * Returns the permits of this request for each limit of its policy.
   *
   * @return an immutable list; {@link #permits()} for each limit unless the request has a number
   *     for each
   */
  default List<Long> permitsOfLimits() {
    return ofEachLimit(policy(), permits());
  }

  /**
   * Returns the same request under another policy: a part of this one, or a share of it.
   *
   * @param other a policy with as many limits as this one
   * @return a request
   */
  Request withPolicy(Policy other);

  /**
   * Calls the method of a visitor for this kind of request.
   *
   * @param <R> the result type of the visitor
   * @param visitor has a method for each kind
   * @return the result of the method
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Has one method for each kind of request. A new kind does not compile until every store handles
   * it.
   *
   * @param <R> the result type
   */
  interface Visitor<R> {
    /** Handles a request of this kind and returns the result. */
    R acquire(Acquire request);

    /** Handles a request of this kind and returns the result. */
    R hold(Hold request);

    /** Handles a request of this kind and returns the result. */
    R holdEach(HoldEach request);

    /** Handles a request of this kind and returns the result. */
    R lease(Lease request);

    /** Handles a request of this kind and returns the result. */
    R reserve(Reserve request);

    /** Handles a request of this kind and returns the result. */
    R peek(Peek request);

    /** Handles a request of this kind and returns the result. */
    R refund(Refund request);

    /** Handles a request of this kind and returns the result. */
    R returnLease(ReturnLease request);

    /** Handles a request of this kind and returns the result. */
    R release(Release request);

    /** Handles a request of this kind and returns the result. */
    R charge(Charge request);

    /** Handles a request of this kind and returns the result. */
    R drain(Drain request);

    /** Handles a request of this kind and returns the result. */
    R reset(Reset request);
  }

  /**
   * Takes permits now, all or none.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits at least 1
   */
  record Acquire(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Acquire {
      check(key, policy, permits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.acquire(this);
    }

    @Override
    public Acquire withPolicy(Policy other) {
      return new Acquire(key, other, permits);
    }
  }

  /**
   * Takes as many permits as are available now, at least {@code min} and at most {@code max}. All
   * or some of them can be returned with {@link Release}. The decision has a {@link Grant}.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param min the fewest permits to take, at least 1
   * @param max the most permits to take, at least {@code min}
   * @param generation the generation that the state gets if it has none yet; see {@link Grant}
   */
  record Hold(String key, Policy policy, long min, long max, long generation) implements Request {
    /**
     * Creates a request for all permits or none, with a random generation. Throws {@link
     * IllegalArgumentException} if a value is out of range.
     */
    public Hold(String key, Policy policy, long permits) {
      this(key, policy, permits, permits);
    }

    /**
     * Creates a request with a random generation. Throws {@link IllegalArgumentException} if a
     * value is out of range.
     */
    public Hold(String key, Policy policy, long min, long max) {
      this(key, policy, min, max, Generations.random());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Hold {
      check(key, policy);
      checkRange(min, max);
      Generations.check(generation);
    }

    @Override
    public long permits() {
      return max;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.hold(this);
    }

    @Override
    public Hold withPolicy(Policy other) {
      return new Hold(key, other, min, max, generation);
    }
  }

  /**
   * Takes a number of permits for each limit now, all or none. All or some of them can be returned
   * with {@link Release}. The decision has a {@link Grant}; its number of permits is the largest
   * number. Counters of other versions of the policy are charged the largest number.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permitsOfLimits for each limit of the policy, 0 or more; at least one of them is not 0.
   *     If limits share a counter, the largest of their numbers counts
   * @param generation the generation that the state gets if it has none yet; see {@link Grant}
   */
  record HoldEach(String key, Policy policy, List<Long> permitsOfLimits, long generation)
      implements Request {
    /**
     * Creates a request with a random generation. Throws {@link IllegalArgumentException} if a
     * value is out of range.
     */
    public HoldEach(String key, Policy policy, List<Long> permitsOfLimits) {
      this(key, policy, permitsOfLimits, Generations.random());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public HoldEach {
      check(key, policy);
      permitsOfLimits = checkedPermits(policy, permitsOfLimits);
      Arguments.checkPermits(Collections.max(permitsOfLimits));
      Generations.check(generation);
    }

    @Override
    public long permits() {
      return Collections.max(permitsOfLimits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.holdEach(this);
    }

    @Override
    public HoldEach withPolicy(Policy other) {
      return new HoldEach(key, other, permitsOfLimits, generation);
    }
  }

  /**
   * Takes permits now to spend them later: between {@code min} and {@code max}, as many as are
   * available. They count as used at the end of the lease, so no interval exceeds the limit
   * whenever they are spent before it. If a lease is so long that even a full bucket could not hold
   * {@code min} permits for it, it is refused as impossible. The decision has a {@link Grant}.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param min at least 1; fewer permits are not taken
   * @param max at least {@code min}
   * @param micros the length of the lease, at least 1; the lease also ends with its window
   * @param generation the generation that the state gets if it has none yet; see {@link Grant}
   */
  record Lease(String key, Policy policy, long min, long max, long micros, long generation)
      implements Request {
    /**
     * Creates a lease with a random generation. Throws {@link IllegalArgumentException} if a value
     * is out of range.
     */
    public Lease(String key, Policy policy, long min, long max, long micros) {
      this(key, policy, min, max, micros, Generations.random());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Lease {
      check(key, policy);
      checkRange(min, max);
      checkDuration("lease", micros);
      Generations.check(generation);
    }

    @Override
    public long permits() {
      return max;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.lease(this);
    }

    @Override
    public Lease withPolicy(Policy other) {
      return new Lease(key, other, min, max, micros, generation);
    }
  }

  /**
   * Reserves permits now for use at the caller's turn, if the turn comes soon enough. Requires a
   * {@link Policy#reservable()} policy. The decision has a {@link Grant}.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits at least 1
   * @param maxWaitMicros the longest wait, 0 or more; limited to what the limits can count
   * @param generation the generation that the state gets if it has none yet; see {@link Grant}
   */
  record Reserve(String key, Policy policy, long permits, long maxWaitMicros, long generation)
      implements Request {
    /**
     * Creates a reservation with a random generation. Throws {@link IllegalArgumentException} if a
     * value is out of range.
     */
    public Reserve(String key, Policy policy, long permits, long maxWaitMicros) {
      this(key, policy, permits, maxWaitMicros, Generations.random());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Reserve {
      check(key, policy, permits);
      checkReservable(policy);
      checkNotNegative("maxWait", maxWaitMicros);
      Generations.check(generation);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reserve(this);
    }

    @Override
    public Reserve withPolicy(Policy other) {
      return new Reserve(key, other, permits, maxWaitMicros, generation);
    }
  }

  /**
   * Takes no permits. The decision is allowed if {@link Acquire} would be.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits at least 1
   */
  record Peek(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Peek {
      check(key, policy, permits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.peek(this);
    }

    @Override
    public Peek withPolicy(Policy other) {
      return new Peek(key, other, permits);
    }
  }

  /**
   * Returns permits that were granted and not used. A limit never holds more than its capacity.
   * Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits at least 1
   */
  record Refund(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Refund {
      check(key, policy, permits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.refund(this);
    }

    @Override
    public Refund withPolicy(Policy other) {
      return new Refund(key, other, permits);
    }
  }

  /**
   * Returns permits of a lease that were not used. Ignored after the lease has ended and after a
   * reset. A bucket takes back only permits that later grants cannot have relied on. Always
   * allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits from 1 to the permits of the grant
   * @param grant the lease
   */
  record ReturnLease(String key, Policy policy, long permits, Grant grant) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public ReturnLease {
      check(key, policy);
      checkReturned(permits, grant);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.returnLease(this);
    }

    @Override
    public ReturnLease withPolicy(Policy other) {
      return new ReturnLease(key, other, permits, grant);
    }
  }

  /**
   * Returns permits of a {@link Hold}, a {@link HoldEach} or a {@link Reserve} that were not used.
   * Ignored after a reset. A bucket takes back only permits that later grants cannot have relied
   * on, which is all of them if there were no later grants. A window or a log takes back the part
   * of the grant that it still contains. A counter of another version of the policy takes back the
   * smallest of the numbers. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permitsOfLimits for each limit of the policy, from 0 to the permits of the grant; at
   *     least one of them is not 0. If limits share a counter, the smallest of their numbers counts
   * @param grant the grant
   */
  record Release(String key, Policy policy, List<Long> permitsOfLimits, Grant grant)
      implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Release {
      check(key, policy);
      permitsOfLimits = checkedPermits(policy, permitsOfLimits);
      checkReturned(Collections.max(permitsOfLimits), grant);
    }

    /** Creates a request that returns the same number of permits to each limit. */
    public Release(String key, Policy policy, long permits, Grant grant) {
      this(key, policy, ofEachLimit(policy, atLeastOne(permits)), grant);
    }

    /** Returns all permits of a grant. */
    public Release(String key, Policy policy, Grant grant) {
      this(key, policy, Objects.requireNonNull(grant, "grant").permits(), grant);
    }

    @Override
    public long permits() {
      return Collections.max(permitsOfLimits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.release(this);
    }

    @Override
    public Release withPolicy(Policy other) {
      return new Release(key, other, permitsOfLimits, grant);
    }
  }

  /**
   * Charges permits that were already used. Each limit is charged at most the permits that it has
   * available, and also its {@link io.github.ratelimiter.Limit#debt()} if {@code intoDebt} is true.
   * If some permits are reserved, a bucket is charged at most so many that it is empty when the
   * last of them is used. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permitsOfLimits for each limit of the policy, 0 or more
   * @param aheadMicros the time until the last of them is used, 0 or more
   * @param intoDebt whether the charge may use the debt of each limit; a fallback passes false for
   *     permits that it admitted during an outage
   */
  record Charge(
      String key, Policy policy, List<Long> permitsOfLimits, long aheadMicros, boolean intoDebt)
      implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Charge {
      check(key, policy);
      permitsOfLimits = checkedPermits(policy, permitsOfLimits);
      checkNotNegative("aheadMicros", aheadMicros);
    }

    /**
     * Creates a charge that does not go into debt. Throws {@link IllegalArgumentException} if a
     * value is out of range.
     */
    public Charge(String key, Policy policy, List<Long> permitsOfLimits, long aheadMicros) {
      this(key, policy, permitsOfLimits, aheadMicros, false);
    }

    /**
     * Creates a charge of permits that have all been used, and that does not go into debt. Throws
     * {@link IllegalArgumentException} if a value is out of range.
     */
    public Charge(String key, Policy policy, List<Long> permitsOfLimits) {
      this(key, policy, permitsOfLimits, 0);
    }

    @Override
    public long permits() {
      return Collections.max(permitsOfLimits);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.charge(this);
    }

    @Override
    public Charge withPolicy(Policy other) {
      return new Charge(key, other, permitsOfLimits, aheadMicros, intoDebt);
    }
  }

  /**
   * Makes all permits unavailable for a duration, under any version of the policy. The usage does
   * not change. A drain never shortens an earlier one. Permits that were leased or reserved before
   * can still be used. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param micros the duration in microseconds, at least 1; the end of the drain is rounded up to a
   *     millisecond
   */
  record Drain(String key, Policy policy, long micros) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Drain {
      check(key, policy);
      checkDuration("drain", micros);
    }

    /**
     * Returns the end of this drain if it begins at an instant.
     *
     * @param nowMicros the instant, in microseconds since the Unix epoch
     * @return whole milliseconds, in microseconds since the Unix epoch
     */
    public long endMicros(long nowMicros) {
      long end = Domain.instant(nowMicros) + Math.min(micros, Domain.LONGEST_WAIT);
      return (end + 999) / 1_000 * 1_000;
    }

    @Override
    public long permits() {
      return 0;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.drain(this);
    }

    @Override
    public Drain withPolicy(Policy other) {
      return new Drain(key, other, micros);
    }
  }

  /**
   * Makes all permits of the key available again. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   */
  record Reset(String key, Policy policy) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Reset {
      check(key, policy);
    }

    @Override
    public long permits() {
      return 0;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reset(this);
    }

    @Override
    public Reset withPolicy(Policy other) {
      return new Reset(key, other);
    }
  }

  /**
   * Returns the request that returns permits of another request.
   *
   * @param taken a request that took permits
   * @param permits how many are returned, at least 1
   * @param decision the decision on {@code taken}, as the store made it
   * @return a {@link Release} if there is a grant, otherwise a {@link Refund}
   */
  static Request returning(Request taken, long permits, Decision decision) {
    return returning(taken, ofEachLimit(taken.policy(), permits), decision);
  }

  /**
   * Returns the request that returns permits of another request.
   *
   * @param taken a request that took permits
   * @param permitsOfLimits the number that is returned to each limit; at least one is not 0
   * @param decision the decision on {@code taken}, as the store made it
   * @return a {@link Release} if there is a grant. Otherwise a {@link Refund} of the smallest
   *     number; if that is 0, a {@link Charge} of 0 permits
   */
  static Request returning(Request taken, List<Long> permitsOfLimits, Decision decision) {
    Grant grant = StoreDecision.of(decision).grant().orElse(null);
    if (grant != null) {
      return new Release(taken.key(), taken.policy(), permitsOfLimits, grant);
    }
    long least = Collections.min(permitsOfLimits);
    return least > 0
        ? new Refund(taken.key(), taken.policy(), least)
        : new Charge(taken.key(), taken.policy(), ofEachLimit(taken.policy(), 0));
  }

  /**
   * Returns a list with the same number for each limit of a policy.
   *
   * @param policy the policy
   * @param permits the number
   * @return an immutable list
   */
  static List<Long> ofEachLimit(Policy policy, long permits) {
    return Collections.nCopies(policy.limits().size(), permits);
  }
}
