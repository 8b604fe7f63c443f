package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.internal.Arguments;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

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
   * @return for a lease the most that it may take; for a charge the largest number of all limits; 0
   *     for a reset
   */
  long permits();

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
      check(key, policy);
      Arguments.checkPermits(permits);
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
   * Takes permits now, all or none, as {@link Acquire} does. Some of them can be returned with
   * {@link Release}. The decision has a {@link Grant}.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits at least 1
   * @param generation the generation that the state gets if it has none yet; see {@link Grant}
   */
  record Hold(String key, Policy policy, long permits, long generation) implements Request {
    /**
     * Creates a request with a random generation. Throws {@link IllegalArgumentException} if a
     * value is out of range.
     */
    public Hold(String key, Policy policy, long permits) {
      this(key, policy, permits, randomGeneration());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Hold {
      check(key, policy);
      Arguments.checkPermits(permits);
      checkGeneration(generation);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.hold(this);
    }

    @Override
    public Hold withPolicy(Policy other) {
      return new Hold(key, other, permits, generation);
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
      this(key, policy, min, max, micros, randomGeneration());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Lease {
      check(key, policy);
      Arguments.checkPermits(min);
      if (max < min) {
        throw new IllegalArgumentException("max is " + max + "; it must be at least min, " + min);
      }
      if (micros < 1) {
        throw new IllegalArgumentException("lease is " + micros + " microseconds; at least 1");
      }
      checkGeneration(generation);
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
      this(key, policy, permits, maxWaitMicros, randomGeneration());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Reserve {
      check(key, policy);
      Arguments.checkPermits(permits);
      if (!policy.reservable()) {
        throw new IllegalArgumentException(
            "policy " + policy + " cannot be reserved ahead; all its limits must be buckets");
      }
      if (maxWaitMicros < 0) {
        throw new IllegalArgumentException(
            "maxWait is " + maxWaitMicros + "; it must be 0 or more");
      }
      checkGeneration(generation);
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
      check(key, policy);
      Arguments.checkPermits(permits);
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
      check(key, policy);
      Arguments.checkPermits(permits);
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
   * Returns permits of a {@link Hold} or a {@link Reserve} that were not used. Ignored after a
   * reset. A bucket takes back only permits that later grants cannot have relied on, which is all
   * of them if there were no later grants. A window or a log takes back what it still contains of
   * the grant. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permits from 1 to the permits of the grant
   * @param grant the grant
   */
  record Release(String key, Policy policy, long permits, Grant grant) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Release {
      check(key, policy);
      checkReturned(permits, grant);
    }

    /** Returns all permits of a grant. */
    public Release(String key, Policy policy, Grant grant) {
      this(key, policy, Objects.requireNonNull(grant, "grant").permits(), grant);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.release(this);
    }

    @Override
    public Release withPolicy(Policy other) {
      return new Release(key, other, permits, grant);
    }
  }

  /**
   * Charges permits that were already used: those that were admitted during an outage of the store.
   * Each limit takes as many as it has available. If some permits are reserved, a bucket takes as
   * many as leave it empty when the last of them is used. Always allowed.
   *
   * @param key identifies the caller
   * @param policy the policy
   * @param permitsOfLimits for each limit of the policy, 0 or more
   * @param aheadMicros the time until the last of them is used, 0 or more
   */
  record Charge(String key, Policy policy, List<Long> permitsOfLimits, long aheadMicros)
      implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Charge {
      check(key, policy);
      permitsOfLimits = List.copyOf(permitsOfLimits);
      int limits = policy.limits().size();
      if (permitsOfLimits.size() != limits) {
        throw new IllegalArgumentException(
            "permits is " + permitsOfLimits + "; policy " + policy + " has " + limits + " limits");
      }
      for (long some : permitsOfLimits) {
        if (some < 0) {
          throw new IllegalArgumentException(
              "permits is " + permitsOfLimits + "; each must be 0 or more");
        }
      }
      if (aheadMicros < 0) {
        throw new IllegalArgumentException(
            "aheadMicros is " + aheadMicros + "; it must be 0 or more");
      }
    }

    /**
     * Creates a charge of permits that were all used before. Throws {@link
     * IllegalArgumentException} if a value is out of range.
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
      return new Charge(key, other, permitsOfLimits, aheadMicros);
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
    return StoreDecision.of(decision)
        .grant()
        .<Request>map(grant -> new Release(taken.key(), taken.policy(), permits, grant))
        .orElseGet(() -> new Refund(taken.key(), taken.policy(), permits));
  }

  private static void check(String key, Policy policy) {
    Arguments.checkKey(key);
    Objects.requireNonNull(policy, "policy");
  }

  private static void checkReturned(long permits, Grant grant) {
    Arguments.checkPermits(permits);
    if (permits > Objects.requireNonNull(grant, "grant").permits()) {
      throw new IllegalArgumentException(
          "permits is " + permits + "; " + grant.permits() + " were granted");
    }
  }

  private static long randomGeneration() {
    return ThreadLocalRandom.current().nextLong(1, GENERATIONS);
  }

  private static void checkGeneration(long generation) {
    if (generation < 1 || generation >= GENERATIONS) {
      throw new IllegalArgumentException(
          "generation is " + generation + "; it must be from 1 to " + (GENERATIONS - 1));
    }
  }
}
