package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.BucketState;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import java.util.Collections;
import java.util.List;

/**
 * One request at one instant. First the counters of the deciding version are queried ({@link
 * StepDecisions}), then all counters are charged ({@link StepCharges}).
 */
final class Step extends StepCharges implements Request.Visitor<StoreDecision> {
  Step(
      Policy policy,
      LimitState[] own,
      LimitState[] others,
      long created,
      long until,
      long generation,
      long drainedUntil,
      long now) {
    super(policy, own, others, created, until, generation, drainedUntil, now);
  }

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
    long[] permits = CounterPermits.largest(policy, own.length, request.permitsOfLimits());
    Refusal refusal = refusalOf(permits);
    if (refusal.outcome() == Outcome.IMPOSSIBLE || refusal.retryAfter() > 0) {
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
    giveBack(request.permits());
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
    release(
        CounterPermits.smallest(policy, own.length, permits),
        Collections.min(permits),
        request.grant());
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
    drainUntil(request.endMicros(now));
    return state();
  }

  /** This step began with the state of a new key, so nothing remains to be done. */
  @Override
  public StoreDecision reset(Request.Reset request) {
    return state();
  }
}
