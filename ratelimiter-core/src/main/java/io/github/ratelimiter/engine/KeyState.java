package io.github.ratelimiter.engine;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.List;
import java.util.Objects;

/**
 * What one key has used under one policy, and the decision over all its limits: allowed only if
 * every limit allows, and a refusal changes nothing. Not safe for use by several threads at once.
 *
 * <p>The state belongs to one version of the policy. A request with another version is decided on a
 * copy that carries the usage over, and the copy takes the state's place only when something is
 * written.
 */
public final class KeyState {
  private Policy policy;
  private LimitState[] states;

  /**
   * The state of a key that was never used.
   *
   * @param policy the policy
   */
  public KeyState(Policy policy) {
    this.policy = policy;
    this.states = fresh(policy);
  }

  /**
   * The state of a key under a policy with a {@link Policy#wordBucket()}.
   *
   * @param policy the policy
   * @param word what {@link #word()} gave
   */
  public KeyState(Policy policy, long word) {
    this.policy = policy;
    this.states = new LimitState[] {wordBucket(policy).newState(word)};
  }

  /**
   * This state as one word. Requires that {@link #policy()} has a {@link Policy#wordBucket()}.
   *
   * @return the word
   */
  public long word() {
    return wordBucket(policy).word((BucketState) states[0]);
  }

  /**
   * The state of a key, from what a store kept of it.
   *
   * @param policy the policy
   * @param states for each of its limits, a state of its algorithm
   */
  public KeyState(Policy policy, LimitState[] states) {
    this.policy = policy;
    this.states = states.clone();
  }

  private static Bucket wordBucket(Policy policy) {
    return Objects.requireNonNull(policy.wordBucket(), "policy's state does not fit a word");
  }

  private static LimitState[] fresh(Policy policy) {
    LimitState[] states = new LimitState[policy.limits().size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = policy.algorithm(i).newState();
    }
    return states;
  }

  /**
   * The version of the policy that the state belongs to.
   *
   * @return the policy of the last request that wrote
   */
  public Policy policy() {
    return policy;
  }

  /**
   * The state of a limit.
   *
   * @param limit its position in {@link #policy()}
   * @return the state itself, not a copy
   */
  public LimitState limit(int limit) {
    return states[limit];
  }

  /**
   * How long until this state is that of a key never used.
   *
   * @param nowMicros an instant
   * @return microseconds, 0 if it may be forgotten now
   */
  public long resetAfter(long nowMicros) {
    return resetAfter(states, Domain.instant(nowMicros));
  }

  private static long resetAfter(LimitState[] states, long now) {
    long longest = 0;
    for (LimitState state : states) {
      longest = Math.max(longest, state.resetAfter(now));
    }
    return longest;
  }

  /**
   * Decides a request.
   *
   * @param request of this state's key, under any version of its policy
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return the decision, with the state after it
   */
  public Decision decide(Request request, long nowMicros) {
    long now = Domain.instant(nowMicros);
    Step step = new Step(request.policy(), current(request.policy(), now), now);
    if (request instanceof Request.Acquire acquire) {
      return keep(step, step.acquire(acquire.permits()));
    }
    if (request instanceof Request.Peek peek) {
      return step.peek(peek.permits());
    }
    if (request instanceof Request.Lease lease) {
      return keep(step, step.lease(lease.min(), lease.max(), lease.micros()));
    }
    if (request instanceof Request.Book book) {
      return keep(step, step.book(book.permits(), book.maxWaitMicros()));
    }
    if (request instanceof Request.Refund refund) {
      return keep(step, step.giveBack(refund.permits()));
    }
    if (request instanceof Request.GiveBack back) {
      return now < back.grant().usedAtMicros() && step.isLast(back.grant())
          ? keep(step, step.giveBackLeased(back.permits(), back.grant().usedAtMicros()))
          : step.state();
    }
    if (request instanceof Request.Cancel cancel) {
      return step.states[0] instanceof BucketState && step.isLast(cancel.grant())
          ? keep(step, step.giveBack(cancel.grant().permits()))
          : step.state();
    }
    if (request instanceof Request.Charge charge) {
      return keep(step, step.charge(charge.permits()));
    }
    policy = request.policy();
    states = fresh(policy);
    return new Step(policy, states, now).state();
  }

  /**
   * What a request is told that was carried out, and left this state.
   *
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return a decision that allows
   */
  public Decision carriedOut(long nowMicros) {
    return new Step(policy, states, Domain.instant(nowMicros)).state();
  }

  private Decision keep(Step step, Decision decision) {
    if (decision.allowed()) {
      policy = step.policy;
      states = step.states;
    }
    return decision;
  }

  /** The debt of the first bucket, to which every grant adds; 0 where there is none. */
  private static long mark(LimitState[] states, long now) {
    for (LimitState state : states) {
      if (state instanceof BucketState bucket) {
        return bucket.debt(now);
      }
    }
    return 0;
  }

  // --- versions of a policy --------------------------------------------------------------------

  private LimitState[] current(Policy wanted, long now) {
    if (wanted.equals(policy)) {
      return states;
    }
    long most = 0;
    for (LimitState state : states) {
      most = Math.max(most, state.used(now));
    }
    LimitState[] carried = fresh(wanted);
    for (int i = 0; i < carried.length; i++) {
      LimitState before = i < states.length ? states[i] : null;
      if (before != null && sameKind(before.algorithm(), carried[i].algorithm())) {
        carried[i].carryOver(now, before);
      } else {
        carried[i].charge(now, most);
      }
    }
    return carried;
  }

  private static boolean sameKind(Algorithm before, Algorithm after) {
    return before.getClass() == after.getClass()
        && (!(before instanceof Bucket bucket) || bucket.spaced() == ((Bucket) after).spaced());
  }

  // --- one step --------------------------------------------------------------------------------

  /** The limits of one request at one instant: first all are asked, then all are charged. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares steps
  private record Step(Policy policy, LimitState[] states, long now) {

    Decision acquire(long permits) {
      if (available(now) < permits) {
        return refused(permits);
      }
      take(permits, now);
      return state();
    }

    Decision peek(long permits) {
      return available(now) < permits ? refused(permits) : state();
    }

    Decision lease(long min, long max, long micros) {
      long end = now + Math.min(micros, Domain.LONGEST_WAIT);
      for (LimitState state : states) {
        end = state.leaseEnd(now, end);
      }
      long permits = Math.min(available(end), max);
      if (permits < min) {
        return refusedLease(min, end);
      }
      take(permits, end);
      return state().withGrant(new Grant(permits, now, end, mark(states, now)));
    }

    /** A lease in which a full bucket would refill too much can never be had. */
    private Decision refusedLease(long min, long end) {
      for (int i = 0; i < states.length; i++) {
        if (states[i].algorithm().newState().available(now, end) < min) {
          return decision(Outcome.IMPOSSIBLE, i, 0);
        }
      }
      return refused(min);
    }

    Decision book(long permits, long maxWait) {
      if (permits > policy.capacity()) {
        return refused(permits);
      }
      long longest = maxWait;
      for (LimitState state : states) {
        longest = Math.min(longest, ((BucketState) state).algorithm().longestWait());
      }
      long wait = 0;
      long heldUp = 0;
      int binding = 0;
      for (int i = 0; i < states.length; i++) {
        BucketState state = (BucketState) states[i];
        long turn = state.turnAfter(now, permits);
        long held = Math.max(state.roomAfter(now, permits), turn - longest);
        wait = Math.max(wait, turn);
        if (held > heldUp) {
          heldUp = held;
          binding = i;
        }
      }
      if (heldUp > 0) {
        return decision(Outcome.REFUSED, binding, heldUp);
      }
      take(permits, now + wait);
      return state().withGrant(new Grant(permits, now, now + wait, mark(states, now)));
    }

    Decision charge(List<Long> permits) {
      for (int i = 0; i < states.length; i++) {
        long some = Math.min(permits.get(i), states[i].available(now));
        if (some > 0) {
          states[i].take(now, some, now);
        } else {
          // As every write does, this forgets what no longer counts.
          states[i].giveBack(now, 0);
        }
      }
      return state();
    }

    Decision giveBack(long permits) {
      for (LimitState state : states) {
        state.giveBack(now, permits);
      }
      return state();
    }

    /**
     * Whether no bucket was charged since a grant: it may count as used later than those after it,
     * and what they took for granted must not be taken back.
     */
    boolean isLast(Grant grant) {
      return mark(states, Domain.instant(grant.atMicros())) == grant.mark();
    }

    Decision giveBackLeased(long permits, long usedAt) {
      for (LimitState state : states) {
        state.giveBackLeased(now, permits, usedAt);
      }
      return state();
    }

    private long available(long end) {
      long least = Domain.MAX_PERMITS;
      for (LimitState state : states) {
        least = Math.min(least, end == now ? state.available(now) : state.available(now, end));
      }
      return least;
    }

    private void take(long permits, long usedAt) {
      for (LimitState state : states) {
        state.take(now, permits, usedAt);
      }
    }

    /** The limit that refuses and holds the permits up longest. */
    private Decision refused(long permits) {
      int binding = 0;
      long longest = -1;
      for (int i = 0; i < states.length; i++) {
        if (permits > states[i].algorithm().capacity()) {
          return decision(Outcome.IMPOSSIBLE, i, 0);
        }
        long retryAfter = states[i].retryAfter(now, permits);
        if (retryAfter > longest) {
          binding = i;
          longest = retryAfter;
        }
      }
      return decision(Outcome.REFUSED, binding, longest);
    }

    /** Allowed; what binds is the limit with the fewest permits left. */
    Decision state() {
      int binding = 0;
      for (int i = 1; i < states.length; i++) {
        if (states[i].available(now) < states[binding].available(now)) {
          binding = i;
        }
      }
      return decision(Outcome.ALLOWED, binding, 0);
    }

    private Decision decision(Outcome outcome, int binding, long retryAfter) {
      long[] remaining = new long[states.length];
      long[] resetAfter = new long[states.length];
      for (int i = 0; i < states.length; i++) {
        remaining[i] = states[i].available(now);
        resetAfter[i] = states[i].resetAfter(now);
      }
      return Decision.of(policy, outcome, binding, retryAfter, remaining, resetAfter);
    }
  }
}
