package io.github.ratelimiter.admission;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Permits that the store has granted ahead, to be spent here before an instant of this process's
 * clock. Spending is a compare-and-set; what is left can be taken out once, to be given back.
 */
final class Lease {
  final Decision granted;
  final Grant grant;
  final long start;
  final long end;
  private final AtomicLong left;

  /** The lease before, whose permits are spent first: they end sooner. */
  private volatile @Nullable Lease older;

  /**
   * A lease.
   *
   * @param start when it was asked for: the store granted it no earlier
   * @param end {@code start} and the grant's length, less what the clock may lag
   */
  Lease(Decision granted, Grant grant, long permits, long start, long end, @Nullable Lease older) {
    this.granted = granted;
    this.grant = grant;
    this.left = new AtomicLong(permits);
    this.start = start;
    this.end = end;
    this.older = older;
  }

  boolean spend(long permits, long now) {
    Lease before = older;
    if (before != null) {
      if (before.spend(permits, now)) {
        return true;
      }
      if (before.left() == 0 || before.ended(now)) {
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

  /** Half spent or half over: time to fetch the next. */
  boolean isLow(long now) {
    return left.get() < grant.permits() / 2 || now > start + (end - start) / 2;
  }

  boolean ended(long now) {
    return now >= end;
  }

  long left() {
    return left.get();
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
    return left.getAndSet(0);
  }
}
