package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.Span;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One request at one instant. First the counters of the deciding version are queried, then all
 * counters are charged.
 */
final class Step implements Request.Visitor<StoreDecision> {
  private final Policy policy;
  private final LimitState[] own;
  private final LimitState[] others;
  private final long now;

  /** Has a bit for each own counter that was missing. */
  private final long created;

  private long until;
  private long generation;
  private long drainedUntil;
  private boolean changed;

  Step(
      Policy policy,
      LimitState[] own,
      LimitState[] others,
      long created,
      long until,
      long generation,
      long drainedUntil,
      long now) {
    this.policy = policy;
    this.own = own;
    this.others = others;
    this.created = created;
    this.until = until;
    this.generation = generation;
    this.drainedUntil = drainedUntil;
    this.now = now;
  }

  Policy policy() {
    return policy;
  }

  LimitState[] own() {
    return own;
  }

  LimitState[] others() {
    return others;
  }

  long until() {
    return until;
  }

  long generation() {
    return generation;
  }

  long drainedUntil() {
    return drainedUntil;
  }

  /** Returns whether permits were charged or taken back. */
  boolean hasChanged() {
    return changed;
  }

  /**
   * Returns whether a missing counter was created that is not full. Its rate begins now, even if
   * the request is refused.
   */
  boolean createsUsed() {
    for (int i = 0; i < own.length; i++) {
      if ((created >> i & 1) == 1 && own[i].resetAfter(now) > 0) {
        return true;
      }
    }
    return false;
  }

  // --- one method for each kind of request -----------------------------------------------------

  @Override
  public StoreDecision acquire(Request.Acquire request) {
    long permits = request.permits();
    if (available(now) < permits) {
      return refused(permits);
    }
    take(permits, now, now);
    return state();
  }

  @Override
  public StoreDecision peek(Request.Peek request) {
    return available(now) < request.permits() ? refused(request.permits()) : state();
  }

  @Override
  public StoreDecision hold(Request.Hold request) {
    long permits = Math.min(available(now), request.max());
    if (permits < request.min()) {
      return refused(request.min());
    }
    take(permits, now, now);
    return granted(permits, now, request.generation());
  }

  @Override
  public StoreDecision holdEach(Request.HoldEach request) {
    long[] permits = mostOfCounters(request.permitsOfLimits());
    Refusal refusal = refusalOf(permits);
    if (refusal.outcome == Outcome.IMPOSSIBLE || refusal.retryAfter > 0) {
      return decision(refusal);
    }
    take(permits, request.permits(), now, now);
    return granted(request.permits(), now, request.generation());
  }

  @Override
  public StoreDecision lease(Request.Lease request) {
    long end = now + Math.min(request.micros(), Domain.LONGEST_WAIT);
    for (LimitState counter : own) {
      end = counter.leaseEnd(now, end);
    }
    for (LimitState counter : others) {
      end = counter.leaseEnd(now, end);
    }
    long permits = Math.min(available(end), request.max());
    if (permits < request.min()) {
      return refusedLease(request.min(), end);
    }
    take(permits, end, end - 1);
    return granted(permits, end, request.generation());
  }

  @Override
  public StoreDecision reserve(Request.Reserve request) {
    long permits = request.permits();
    if (permits > policy.capacity()) {
      return refused(permits);
    }
    long longest = request.maxWaitMicros();
    for (LimitState counter : own) {
      longest = Math.min(longest, ((BucketState) counter).algorithm().longestWait());
    }
    long wait = drained();
    long heldUp = Math.max(wait - longest, 0);
    int binding = 0;
    for (int i = 0; i < policy.limits().size(); i++) {
      BucketState bucket = (BucketState) counter(i);
      long turn = bucket.turnAfter(now, permits);
      long held = Math.max(bucket.roomAfter(now, permits), turn - longest);
      wait = Math.max(wait, turn);
      if (held > heldUp) {
        heldUp = held;
        binding = i;
      }
    }
    if (heldUp > 0) {
      return decision(Outcome.REFUSED, binding, heldUp);
    }
    take(permits, now + wait, now + wait);
    return granted(permits, now + wait, request.generation());
  }

  @Override
  public StoreDecision refund(Request.Refund request) {
    changed = true;
    for (LimitState counter : own) {
      counter.giveBack(now, request.permits());
    }
    for (LimitState counter : others) {
      if (counter.cutAt() == 0) {
        counter.giveBack(now, request.permits());
      }
    }
    return state();
  }

  @Override
  public StoreDecision returnLease(Request.ReturnLease request) {
    if (now < request.grant().usedAtMicros()) {
      release(request.permits(), request.grant());
    }
    return state();
  }

  @Override
  public StoreDecision release(Request.Release request) {
    List<Long> permits = request.permitsOfLimits();
    release(leastOfCounters(permits), Collections.min(permits), request.grant());
    return state();
  }

  @Override
  public StoreDecision charge(Request.Charge request) {
    long uncounted =
        charge(
            request.permitsOfLimits(),
            Math.min(request.aheadMicros(), Domain.LONGEST_WAIT),
            request.intoDebt());
    return state().withUncounted(uncounted);
  }

  @Override
  public StoreDecision drain(Request.Drain request) {
    changed = true;
    drainedUntil = Math.max(drainedUntil, request.endMicros(now));
    return state();
  }

  /** This step began with the state of a new key, so nothing remains to be done. */
  @Override
  public StoreDecision reset(Request.Reset request) {
    return state();
  }

  // --- granting --------------------------------------------------------------------------------

  /**
   * Returns the refusal of a lease. A lease in which a full bucket would refill too much is
   * impossible.
   */
  StoreDecision refusedLease(long min, long end) {
    for (int i = 0; i < policy.limits().size(); i++) {
      if (policy.algorithm(i).newState().available(now, end) < min) {
        return decision(Outcome.IMPOSSIBLE, i, 0);
      }
    }
    return refused(min);
  }

  private StoreDecision granted(long permits, long usedAt, long newGeneration) {
    if (generation == 0) {
      generation = newGeneration;
    }
    grantedUntil(usedAt);
    return state().withGrant(new Grant(permits, now, usedAt, generation));
  }

  private void take(long permits, long usedAt, long lastUse) {
    changed = true;
    for (LimitState counter : own) {
      counter.take(now, permits, usedAt);
    }
    chargeOthers(permits, usedAt, lastUse, Math.max(usedAt, until));
    grantedUntil(usedAt);
  }

  /** Takes a number of permits of each own counter, and the largest number of all others. */
  private void take(long[] permits, long most, long usedAt, long lastUse) {
    changed = true;
    for (int i = 0; i < own.length; i++) {
      if (permits[i] > 0) {
        own[i].take(now, permits[i], usedAt);
      }
    }
    chargeOthers(most, usedAt, lastUse, Math.max(usedAt, until));
    grantedUntil(usedAt);
  }

  /** While permits can be returned, the latest date of all grants is kept. */
  private void grantedUntil(long usedAt) {
    if (generation != 0) {
      until = Math.max(until, usedAt);
    }
  }

  private void chargeOthers(long permits, long usedAt, long lastUse, long later) {
    for (LimitState counter : others) {
      if (counter.charge(now, permits, usedAt, lastUse, later, 0) > 0) {
        noteCut(counter);
      }
    }
  }

  private void noteCut(LimitState counter) {
    counter.cutAt(Math.max(noteNow(now, until), counter.cutAt()));
  }

  /**
   * Returns the instant of a note. It is not before any grant that may still be returned, even if
   * the clock went back.
   */
  static long noteNow(long now, long until) {
    return Math.max(Math.max(now, until), 1);
  }

  /**
   * Charges permits that were used without a decision. No counter is raised above its capacity and
   * its debt. Returns the largest number of permits that a counter was not charged.
   */
  private long charge(List<Long> permitsOfLimits, long ahead, boolean intoDebt) {
    long[] permits = mostOfCounters(permitsOfLimits);
    long most = Collections.max(permitsOfLimits);
    if (most == 0) {
      return 0;
    }
    changed = true;
    // Other versions depend on the charge, and so do grants that may still be returned.
    boolean heard = others.length > 0 || wasCut() || generation != 0;
    long later = Math.max(now + ahead, until);
    long uncounted = 0;
    for (int i = 0; i < own.length; i++) {
      if (permits[i] > 0) {
        long debt = intoDebt ? policy.debtOf(i) : 0;
        long cut = own[i].charge(now, permits[i], now, now, later, debt);
        if (cut > 0 && heard) {
          noteCut(own[i]);
        }
        uncounted = Math.max(uncounted, cut);
      }
    }
    chargeOthers(most, now, now, later);
    // At the latest when all counters are full again, the charge does not matter any more.
    grantedUntil(now + Math.min(ahead, Math.max(longest(own), longest(others))));
    return uncounted;
  }

  /** Returns for each counter the largest number of its limits. */
  private long[] mostOfCounters(List<Long> permitsOfLimits) {
    long[] most = new long[own.length];
    for (int i = 0; i < permitsOfLimits.size(); i++) {
      int counter = policy.counterOf(i);
      // Stores cannot count more. This changes no decision.
      most[counter] = Math.max(most[counter], Math.min(permitsOfLimits.get(i), Domain.MAX));
    }
    return most;
  }

  /** Returns for each counter the smallest number of its limits. */
  private long[] leastOfCounters(List<Long> permitsOfLimits) {
    long[] least = new long[own.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int i = 0; i < permitsOfLimits.size(); i++) {
      int counter = policy.counterOf(i);
      least[counter] = Math.min(least[counter], permitsOfLimits.get(i));
    }
    return least;
  }

  private long longest(LimitState[] counters) {
    long longest = 0;
    for (LimitState counter : counters) {
      longest = Math.max(longest, counter.keptFor(now));
    }
    return longest;
  }

  private boolean wasCut() {
    for (LimitState counter : own) {
      if (counter.cutAt() > 0) {
        return true;
      }
    }
    return false;
  }

  // --- returning -------------------------------------------------------------------------------

  private void release(long permits, Grant grant) {
    release(each(permits), permits, grant);
  }

  /** Returns the same number for each own counter. */
  private long[] each(long permits) {
    long[] each = new long[own.length];
    Arrays.fill(each, permits);
    return each;
  }

  private void release(long[] permits, long permitsOfOthers, Grant grant) {
    if (generation == 0 || generation != grant.generation()) {
      return;
    }
    changed = true;
    long grantedAt = Domain.instant(grant.atMicros());
    Span span = new Span(grantedAt, grant.usedAtMicros(), until);
    // In this case no bucket has refilled for a later grant.
    boolean last = until == grant.usedAtMicros();
    for (int i = 0; i < own.length; i++) {
      if ((created >> i & 1) == 0) {
        release(own[i], permits[i], span, last);
      }
    }
    for (LimitState counter : others) {
      release(counter, permitsOfOthers, span, last);
    }
  }

  private void release(LimitState counter, long permits, Span span, boolean last) {
    if (permits > 0 && tookAll(counter, span.grantedAt())) {
      counter.release(now, permits, span, last);
    }
  }

  private static boolean tookAll(LimitState counter, long grantedAt) {
    return counter.cutAt() == 0 || counter.cutAt() < grantedAt;
  }

  // --- decisions -------------------------------------------------------------------------------

  private LimitState counter(int limit) {
    return own[policy.counterOf(limit)];
  }

  /** Returns the remaining time of a drain, in microseconds; 0 if the key is not drained. */
  private long drained() {
    return Math.max(drainedUntil - now, 0);
  }

  private long available(long end) {
    if (drainedUntil > now) {
      return 0;
    }
    long least = Domain.MAX_PERMITS;
    for (LimitState counter : own) {
      least = Math.min(least, end == now ? counter.available(now) : counter.available(now, end));
    }
    return least;
  }

  /** Binding is the limit that refuses and has the longest time to wait. */
  private StoreDecision refused(long permits) {
    return decision(refusalOf(each(permits)));
  }

  private record Refusal(Outcome outcome, int binding, long retryAfter) {}

  /**
   * Returns the refusal of a number of permits of each counter. Its retry-after is 0 if they are
   * available.
   */
  private Refusal refusalOf(long[] permitsOfCounters) {
    int binding = 0;
    long longest = -1;
    for (int i = 0; i < policy.limits().size(); i++) {
      long permits = permitsOfCounters[policy.counterOf(i)];
      if (permits > policy.algorithm(i).capacity()) {
        return new Refusal(Outcome.IMPOSSIBLE, i, 0);
      }
      long retryAfter = permits == 0 ? 0 : counter(i).retryAfter(now, permits);
      retryAfter = Math.max(retryAfter, drained());
      if (retryAfter > longest) {
        binding = i;
        longest = retryAfter;
      }
    }
    return new Refusal(Outcome.REFUSED, binding, longest);
  }

  /** Allowed. Binding is the limit with the fewest permits left. */
  StoreDecision state() {
    int binding = 0;
    for (int i = 1; i < policy.limits().size(); i++) {
      if (counter(i).available(now) < counter(binding).available(now)) {
        binding = i;
      }
    }
    return decision(Outcome.ALLOWED, binding, 0);
  }

  private StoreDecision decision(Refusal refusal) {
    return decision(refusal.outcome, refusal.binding, refusal.retryAfter);
  }

  private StoreDecision decision(Outcome outcome, int binding, long retryAfter) {
    int limits = policy.limits().size();
    long[] remaining = new long[limits];
    long[] resetAfter = new long[limits];
    for (int i = 0; i < limits; i++) {
      remaining[i] = counter(i).available(now);
      resetAfter[i] = counter(i).resetAfter(now);
    }
    return StoreDecision.of(policy, outcome, binding, retryAfter, remaining, resetAfter)
        .withDrain(drained());
  }
}
