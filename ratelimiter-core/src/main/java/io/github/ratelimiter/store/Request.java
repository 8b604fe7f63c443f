package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.internal.Keys;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a {@link StateStore} is asked to do with one key under one policy. Immutable.
 *
 * <p>Applications call a {@link RateLimiter}; requests are for stores and what wraps them.
 */
public sealed interface Request {
  /** Generations are below this: 2<sup>48</sup>. */
  long GENERATIONS = 1L << 48;

  /**
   * Whose permits.
   *
   * @return any characters, at least one
   */
  String key();

  /**
   * Under which limits.
   *
   * @return the policy
   */
  Policy policy();

  /**
   * The permits that this request takes, asks for or gives back.
   *
   * @return for a lease the most that it may take; for a charge the largest number of all limits; 0
   *     for a reset
   */
  long permits();

  /**
   * The same request under another policy: a part of this one, or a share of it.
   *
   * @param other as many limits as this one's
   * @return a request
   */
  Request withPolicy(Policy other);

  /**
   * Calls the method of a visitor for this kind of request.
   *
   * @param <R> what the visitor returns
   * @param visitor has a method for each kind
   * @return what the method returns
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * One method for each kind of request: a new kind does not compile until every store handles it.
   *
   * @param <R> what the methods return
   */
  interface Visitor<R> {
    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R acquire(Acquire request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R lease(Lease request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R reserve(Reserve request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R peek(Peek request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R refund(Refund request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R returnLease(ReturnLease request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R cancelReservation(CancelReservation request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R charge(Charge request);

    /**
     * Handles one kind.
     *
     * @param request the request
     * @return the result
     */
    R reset(Reset request);
  }

  /**
   * Take permits now, all or none.
   *
   * @param key the key
   * @param policy under which limits
   * @param permits at least 1
   */
  record Acquire(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Acquire {
      check(key, policy);
      checkPermits(permits);
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
   * Take permits now to spend them later: between {@code min} and {@code max}, as many as there
   * are. They count as used at the end of the lease, so that no interval sees more than the limit
   * whenever they are spent before it. A lease so long that even a full bucket could not hold
   * {@code min} permits for it is refused as impossible. The decision has a {@link Grant}.
   *
   * @param key the key
   * @param policy under which limits
   * @param min at least 1; fewer are not taken
   * @param max at least {@code min}
   * @param micros the length of the lease, at least 1; it ends sooner where a window does
   * @param generation of the state if nothing else is granted ahead in it; see {@link Grant}
   */
  record Lease(String key, Policy policy, long min, long max, long micros, long generation)
      implements Request {
    /**
     * A lease with a random generation.
     *
     * @param key the key
     * @param policy under which limits
     * @param min at least 1; fewer are not taken
     * @param max at least {@code min}
     * @param micros the length of the lease, at least 1; it ends sooner where a window does
     * @throws IllegalArgumentException if one is out of range; the message says what fits
     */
    public Lease(String key, Policy policy, long min, long max, long micros) {
      this(key, policy, min, max, micros, randomGeneration());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Lease {
      check(key, policy);
      checkPermits(min);
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
   * Take permits at the caller's turn, reserved now, if the turn comes soon enough. Requires a
   * {@link Policy#reservable()} policy. The decision has a {@link Grant}.
   *
   * @param key the key
   * @param policy under which limits
   * @param permits at least 1
   * @param maxWaitMicros the longest wait, 0 or more; as far as the limits can count
   * @param generation of the state if nothing else is granted ahead in it; see {@link Grant}
   */
  record Reserve(String key, Policy policy, long permits, long maxWaitMicros, long generation)
      implements Request {
    /**
     * A reservation with a random generation.
     *
     * @param key the key
     * @param policy under which limits
     * @param permits at least 1
     * @param maxWaitMicros the longest wait, 0 or more; as far as the limits can count
     * @throws IllegalArgumentException if one is out of range; the message says what fits
     */
    public Reserve(String key, Policy policy, long permits, long maxWaitMicros) {
      this(key, policy, permits, maxWaitMicros, randomGeneration());
    }

    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Reserve {
      check(key, policy);
      checkPermits(permits);
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
   * Look, and take nothing: allowed if {@link Acquire} would be.
   *
   * @param key the key
   * @param policy under which limits
   * @param permits at least 1
   */
  record Peek(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Peek {
      check(key, policy);
      checkPermits(permits);
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
   * Take back permits that were granted and not used; never above the capacity. Always allowed.
   *
   * @param key the key
   * @param policy under which limits
   * @param permits at least 1
   */
  record Refund(String key, Policy policy, long permits) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public Refund {
      check(key, policy);
      checkPermits(permits);
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
   * Take back what is left of a lease. Ignored when the lease has ended, and after a reset. A
   * bucket takes back only what later grants cannot have counted on. Always allowed.
   *
   * @param key the key
   * @param policy under which limits
   * @param permits from 1 to what the grant held
   * @param grant the lease
   */
  record ReturnLease(String key, Policy policy, long permits, Grant grant) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public ReturnLease {
      check(key, policy);
      checkPermits(permits);
      if (permits > Objects.requireNonNull(grant, "grant").permits()) {
        throw new IllegalArgumentException(
            "permits is " + permits + "; the lease held " + grant.permits());
      }
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
   * Take back a reservation. Ignored after a reset. A bucket takes back only what later grants
   * cannot have counted on: all, if there were none. Always allowed.
   *
   * @param key the key
   * @param policy under which limits
   * @param grant the reservation
   */
  record CancelReservation(String key, Policy policy, Grant grant) implements Request {
    /** Throws {@link IllegalArgumentException} if a value is out of range. */
    public CancelReservation {
      check(key, policy);
      checkPermits(Objects.requireNonNull(grant, "grant").permits());
    }

    @Override
    public long permits() {
      return grant.permits();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.cancelReservation(this);
    }

    @Override
    public CancelReservation withPolicy(Policy other) {
      return new CancelReservation(key, other, grant);
    }
  }

  /**
   * Count permits that were used already, without asking: what was admitted while the store was
   * away. Each limit counts as many as it has left, and is then empty. Where some of them are
   * reserved ahead, a bucket counts as many as leave it empty when the last of these is used.
   * Always allowed.
   *
   * @param key the key
   * @param policy under which limits
   * @param permitsOfLimits for each limit of the policy, 0 or more
   * @param aheadMicros how long until the last of them is used, 0 or more
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
     * A charge of permits that were all used before.
     *
     * @param key the key
     * @param policy under which limits
     * @param permitsOfLimits for each limit of the policy, 0 or more
     * @throws IllegalArgumentException if one is out of range; the message says what fits
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
   * Forget what the key has used. Always allowed.
   *
   * @param key the key
   * @param policy under which limits
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

  private static void check(String key, Policy policy) {
    Keys.check(key);
    Objects.requireNonNull(policy, "policy");
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

  private static void checkPermits(long permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("permits is " + permits + "; it must be at least 1");
    }
  }
}
