package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.StoreDecision;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Permits that the store has granted ahead, to be spent here before an instant of this process's
 * clock. Spending is a compare-and-set; what is left can be taken out once, to be given back.
 */
final class Lease {
  /** So many calls should come between the time to renew a lease and the time to give it back. */
  private static final int CALLS_TO_RENEW = 4;

  private static final int LOW_PART = 4;

  final Grant grant;
  final long start;
  final long end;

  /** The store's answer, as the callers get it that this lease serves; what is left is added. */
  private final Decision granted;

  /** When what nobody has spent goes back. */
  final long dueBack;

  private final long renewAt;
  private final long low;
  private final AtomicLong left;

  /** The lease before, whose permits are spent first: they end sooner. */
  private volatile @Nullable Lease older;

  /** When it came: from then on callers spent it. */
  final long since;

  /** What was likely to be asked for in its time: a lease is a quarter larger than that. */
  final long expected;

  // What becomes of its permits, and of those before it, is followed to know how many were spent.
  private final long atFirst;
  private volatile long drained;
  private volatile long lapsed;

  /**
   * A lease.
   *
   * @param start when it was asked for: the store granted it no earlier
   * @param end {@code start} and the grant's length, less what the clock may lag
   * @param since when it came
   * @param lastPart what is left unspent goes back with this part of its time left, for the way
   * @param roundTrip how long the store takes to answer
   */
  Lease(
      Decision granted,
      Grant grant,
      long permits,
      long start,
      long end,
      long since,
      int lastPart,
      long roundTrip,
      @Nullable Lease older) {
    this.granted = StoreDecision.of(granted).withSource(Source.LEASE);
    this.grant = grant;
    this.left = new AtomicLong(permits);
    this.start = start;
    this.end = end;
    this.older = older;
    this.since = since;
    this.expected = permits * 4 / 5;
    this.atFirst = grant.permits() + (older == null ? 0 : older.unspent());
    long length = Math.max(end - start, 1);
    this.dueBack = end - length / lastPart;
    long lead = Math.max(CALLS_TO_RENEW * (length / grant.permits()), 2 * roundTrip);
    this.renewAt = Math.max(start + length / 2, dueBack - lead);
    this.low = Math.max(grant.permits() / LOW_PART, grant.permits() * (end - renewAt) / length);
  }

  /** The answer for a caller that spent some of it. */
  Decision decision() {
    return StoreDecision.of(granted).withMoreRemaining(left.get());
  }

  boolean spend(long permits, long now) {
    Lease before = older;
    if (before != null) {
      if (before.spend(permits, now)) {
        return true;
      }
      if (before.ended(now) || before.isEmpty()) {
        lapsed = before.unspent();
        older = null;
      }
    }
    if (ended(now)) {
      return false;
    }
    while (true) {
      long nowLeft = left.get();
      if (nowLeft < permits) {
        return false;
      }
      if (left.compareAndSet(nowLeft, nowLeft - permits)) {
        return true;
      }
    }
  }

  /**
   * Time to fetch the next: late, as each lease costs the store a call, but so that the next is
   * here before this one is over or spent, and before it would have to be given back.
   */
  boolean isLow(long now) {
    return now > renewAt || left.get() < low;
  }

  boolean ended(long now) {
    return now >= end;
  }

  private boolean isEmpty() {
    return left.get() == 0 && older == null;
  }

  private long unspent() {
    Lease before = older;
    return left.get() + drained + (before == null ? 0 : before.unspent());
  }

  /** Permits spent since it came: from it, from those before it, and by who fetched it. */
  long spent() {
    return atFirst - unspent() - lapsed;
  }

  /** Throws away what is left, of the lease before as well: its store has forgotten it. */
  void discard() {
    Lease before = older;
    if (before != null) {
      before.discard();
    }
    drain();
  }

  /** Takes out what is left: it can then be given back, and no longer spent. */
  long drain() {
    long permits = left.getAndSet(0);
    drained = permits;
    return permits;
  }
}
