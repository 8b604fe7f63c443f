package io.github.ratelimiter.store;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.algorithm.LimitState;
import io.github.ratelimiter.algorithm.Span;
import java.util.Collections;
import java.util.List;

/**
 * Charges permits to all counters of a state at one instant, and takes them back. Notes what later
 * returns depend on: the latest date of a grant, and which counters did not take all of one.
 */
abstract class StepCharges extends StepDecisions {
  final LimitState[] others;

  /** Has a bit for each own counter that was missing. */
  private final long created;

  private long until;
  private long generation;
  private boolean changed;

  StepCharges(
      Policy policy,
      LimitState[] own,
      LimitState[] others,
      long created,
      long until,
      long generation,
      long drainedUntil,
      long now) {
    super(policy, own, drainedUntil, now);
    this.others = others;
    this.created = created;
    this.until = until;
    this.generation = generation;
  }

  final long until() {
    return until;
  }

  final long generation() {
    return generation;
  }

  /** Returns whether permits were charged or taken back. */
  final boolean hasChanged() {
    return changed;
  }

  /**
   * Returns whether a missing counter was created that is not full. Its rate begins now, even if
   * the request is refused.
   */
  final boolean createsUsed() {
    for (int i = 0; i < own.length; i++) {
      if ((created >> i & 1) == 1 && own[i].resetAfter(now) > 0) {
        return true;
      }
    }
    return false;
  }

  // --- charging --------------------------------------------------------------------------------

  final StoreDecision granted(long permits, long usedAt, long newGeneration) {
    if (generation == 0) {
      generation = newGeneration;
    }
    grantedUntil(usedAt);
    return state().withGrant(new Grant(permits, now, usedAt, generation));
  }

  final void take(long permits, long usedAt, long lastUse) {
    changed = true;
    for (LimitState counter : own) {
      counter.take(now, permits, usedAt);
    }
    chargeOthers(permits, usedAt, lastUse, Math.max(usedAt, until));
    grantedUntil(usedAt);
  }

  /** Takes a number of permits of each own counter, and the largest number of all others. */
  final void take(long[] permits, long most, long usedAt, long lastUse) {
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
  final long charge(List<Long> permitsOfLimits, long ahead, boolean intoDebt) {
    long[] permits = CounterPermits.largest(policy, own.length, permitsOfLimits);
    long most = Collections.max(permitsOfLimits);
    if (most == 0) {
      return 0;
    }
    changed = true;
    // Other versions depend on the charge, and so do grants that may still be returned.
    boolean heard = others.length > 0 || Counters.wasCut(own) || generation != 0;
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
    grantedUntil(
        now + Math.min(ahead, Math.max(Counters.keptFor(own, now), Counters.keptFor(others, now))));
    return uncounted;
  }

  /** Makes all permits unavailable until an instant. Never shortens an earlier drain. */
  final void drainUntil(long instant) {
    changed = true;
    drainedUntil = Math.max(drainedUntil, instant);
  }

  // --- taking back -----------------------------------------------------------------------------

  /** Takes back permits of no particular grant. */
  final void giveBack(long permits) {
    changed = true;
    for (LimitState counter : own) {
      counter.giveBack(now, permits);
    }
    for (LimitState counter : others) {
      if (counter.cutAt() == 0) {
        counter.giveBack(now, permits);
      }
    }
  }

  final void release(long permits, Grant grant) {
    release(CounterPermits.each(own.length, permits), permits, grant);
  }

  final void release(long[] permits, long permitsOfOthers, Grant grant) {
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
}
