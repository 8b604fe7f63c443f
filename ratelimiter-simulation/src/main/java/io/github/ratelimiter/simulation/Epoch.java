package io.github.ratelimiter.simulation;

import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of the state of a key in the server: from its creation until it was lost by a reset, a
 * flush, an eviction or an empty server. A failover that loses writes begins another epoch, which
 * continues the state before these writes.
 */
final class Epoch {
  private record Ordered(long order, Use use) {}

  private static final long NO_RESET = -1;

  private final @Nullable Epoch before;
  private final long kept;
  private final long resetBy;
  private final long began;
  private final List<Executed> executed = new ArrayList<>();
  private final List<Ordered> uses = new ArrayList<>();
  private final List<Use> besides = new ArrayList<>();
  private long outstandingUntil;
  private boolean isBack;

  /** Creates an epoch for a new state, from an instant of the true time on. */
  Epoch(long began) {
    this(null, 0, NO_RESET, began);
  }

  private Epoch(@Nullable Epoch before, long kept, long resetBy, long began) {
    this.before = before;
    this.kept = kept;
    this.resetBy = resetBy;
    this.began = began;
  }

  /** Returns the epoch after the reset with an order. */
  static Epoch reset(long order, long began) {
    return new Epoch(null, 0, order, began);
  }

  /** Returns the epoch after a failover, which keeps what was carried out before an order. */
  Epoch failedOver(long order, long began) {
    return new Epoch(this, order, resetBy, began);
  }

  /** Returns the epoch before a reset that a failover has lost. */
  Epoch backAgain(long order, long began) {
    Epoch back = failedOver(order, began);
    back.isBack = true;
    return back;
  }

  long began() {
    return began;
  }

  /** Returns whether a reset of it was lost after instances may have seen it. */
  boolean isBack() {
    return isBack || (before != null && before.isBack());
  }

  /** Returns whether the state began with a reset that has this order or a later one. */
  boolean wasResetSince(long order) {
    return resetBy >= order;
  }

  void carriedOut(Executed one) {
    executed.add(one);
    if (one.request() instanceof Request.Charge charge) {
      outstandingUntil = Math.max(outstandingUntil, one.at() + charge.aheadMicros());
    } else if (one.granted() > 0) {
      outstandingUntil = Math.max(outstandingUntil, one.at() + one.delay());
    }
  }

  /**
   * Records that a grant was returned although later ones depend on it. Permits that were refunded
   * since the grant are available to others at once, until the return, or until the date of the
   * last of them.
   */
  void returned(Executed granted, long at) {
    long until = Math.max(outstandingUntil(), at);
    uses.replaceAll(
        one ->
            one.use.permits() < 0
                    && (one.order > granted.order() || one.use.until() >= granted.at())
                ? new Ordered(one.order, one.use.freeUntil(until))
                : one);
  }

  /** Returns the latest end of a lease, or turn of a reservation. */
  long outstandingUntil() {
    return before == null
        ? outstandingUntil
        : Math.max(outstandingUntil, before.outstandingUntil());
  }

  /** Records permits that this state has counted, by the request with an order. */
  void used(long order, Use use) {
    uses.add(new Ordered(order, use));
  }

  /** Records permits that a fallback granted meanwhile. */
  void usedBesides(Use use) {
    besides.add(use);
  }

  /**
   * Returns all requests that were carried out on this state and those that it continues, in order.
   */
  List<Executed> executed() {
    return before == null
        ? executed
        : Stream.concat(
                before.executed().stream().filter(one -> one.order() < kept), executed.stream())
            .toList();
  }

  /** Returns whether a request was carried out and has not been lost. */
  boolean has(Executed one) {
    return executed.contains(one) || (before != null && one.order() < kept && before.has(one));
  }

  /** Returns whether a request was lost when this state, or one before, began. */
  boolean hasLost(Executed one) {
    return before != null && (before.has(one) ? one.order() >= kept : before.hasLost(one));
  }

  /** Returns the uses of what this state has granted. */
  List<Use> uses() {
    return ordered().stream().map(Ordered::use).toList();
  }

  private List<Ordered> ordered() {
    return before == null
        ? uses
        : Stream.concat(before.ordered().stream().filter(one -> one.order < kept), uses.stream())
            .toList();
  }

  /** Returns the same with returns that were lost, which a fallback may have seen. */
  List<Use> usesBesides() {
    List<Use> all = new ArrayList<>(besides);
    if (before != null) {
      before.ordered().stream()
          .filter(one -> one.order >= kept && one.use.permits() < 0)
          .forEach(one -> all.add(one.use));
    }
    return all;
  }
}
