package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.StoreDecision;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Permits that the store has granted, to be spent in this process before the lease ends. Permits
 * are spent with one compare-and-set. Those that are left can be taken out once, to return them.
 * Thread-safe.
 */
final class Lease {
  /** A lease is low when less than this part of its permits is left. */
  private static final int LOW_PART = 4;

  final Grant grant;
  final LeaseTimes times;

  /** The demand that was expected during the lease. A lease is a quarter larger. */
  final long expectedDemand;

  /** The decision of the store, with the source of this cache. */
  private final Decision granted;

  private final long lowPermits;
  private final AtomicLong left;

  /** Whether the permits that were left have been taken out. */
  private volatile boolean out;

  /** The lease before this one. Its permits are spent first, because they end sooner. */
  private volatile @Nullable Lease older;

  // These count the permits of this lease and of the older ones that were not spent.
  private final long unspentAtStart;
  private volatile long takenOut;
  private volatile long expired;

  /**
   * Creates a lease.
   *
   * @param decision the decision of the store
   * @param grant its grant
   * @param spent the permits that are spent already, by the caller that requested the lease
   * @param times the instants of the lease
   * @param older the lease before this one; null if there is none
   */
  Lease(Decision decision, Grant grant, long spent, LeaseTimes times, @Nullable Lease older) {
    this.granted = StoreDecision.of(decision).withoutGrant().withSource(Source.LEASE);
    this.grant = grant;
    this.times = times;
    this.older = older;
    long permits = grant.permits();
    this.left = new AtomicLong(permits - spent);
    this.expectedDemand = (permits - spent) * 4 / 5;
    this.unspentAtStart = permits + (older == null ? 0 : older.unspent());
    this.lowPermits =
        Math.max(permits / LOW_PART, permits * (times.end() - times.renewAt()) / times.length());
  }

  /** Returns the lease before this one; null if its permits cannot be spent any more. */
  @Nullable Lease older() {
    return older;
  }

  /** Returns the decision for a caller that has spent permits of this lease. */
  Decision decision() {
    return StoreDecision.of(granted).withMoreRemaining(left.get());
  }

  /**
   * Spends permits of the older lease, or else of this one.
   *
   * @return false if neither has enough; then none are spent
   */
  boolean spend(long permits, long now) {
    return spendFrom(permits, now, now) != null;
  }

  /**
   * Spends permits of the older lease, or else of this one.
   *
   * @param lastUse when the permits are used at the latest; a lease that has ended by then has none
   * @return the lease; null if neither has enough
   */
  @Nullable Lease spendFrom(long permits, long now, long lastUse) {
    Lease before = older;
    if (before != null) {
      Lease spent = before.spendFrom(permits, now, lastUse);
      if (spent != null) {
        return spent;
      }
      if (before.hasEnded(now) || before.isEmpty()) {
        expired = before.unspent();
        older = null;
      }
    }
    if (hasEnded(lastUse)) {
      return null;
    }
    while (true) {
      long present = left.get();
      if (present < permits) {
        return null;
      }
      if (left.compareAndSet(present, present - permits)) {
        return this;
      }
    }
  }

  /** Returns whether this lease has enough permits now. */
  boolean has(long permits, long now) {
    return !hasEnded(now) && left.get() >= permits;
  }

  /** Takes back permits that were spent of this lease and not used. */
  void unspend(long permits) {
    // If the rest was taken out, these permits stay used: nobody would return them to the store.
    if (!out) {
      left.addAndGet(permits);
    }
  }

  /**
   * Returns whether it is time to request the next lease. This is as late as possible, because each
   * lease is a call to the store. But the next lease must arrive before this one is spent, has
   * ended or is returned.
   */
  boolean isLow(long now) {
    return now > times.renewAt() || left.get() < lowPermits;
  }

  boolean hasEnded(long now) {
    return now >= times.end();
  }

  private boolean isEmpty() {
    return left.get() == 0 && older == null;
  }

  private long unspent() {
    Lease before = older;
    return left.get() + takenOut + (before == null ? 0 : before.unspent());
  }

  /** Returns the permits of this lease and of the older ones that were spent since it arrived. */
  long spent() {
    return unspentAtStart - unspent() - expired;
  }

  /** Drops the permits of this lease and of the older ones: the store has reset the key. */
  void discard() {
    Lease before = older;
    if (before != null) {
      before.discard();
    }
    takeOut();
  }

  /**
   * Takes out the permits that are left. They cannot be spent any more.
   *
   * @return the number of permits
   */
  long takeOut() {
    out = true;
    long permits = left.getAndSet(0);
    takenOut = permits;
    return permits;
  }
}
