package io.github.ratelimiter.server.check;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Who settles a reservation, and with which cost, is decided by a limit of its own: a window that
 * begins with the first call and has room for one call only. A call takes more than half of it, and
 * the more the higher its cost is. So the first call gets its permits, every other call is refused,
 * and what remains tells the cost of the first one: one atomic step on every store.
 *
 * It is asked of the store without its fallback. A fallback would let each instance settle once.
 */
/** Settles reservations, each of them once. Thread-safe. */
public final class Settlements {
  private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

  private static final String POLICY = "reservations";
  private static final long HALF = CheckedRequest.HIGHEST_COST + 1;

  /** The clocks of instances may differ by this. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  private final StateStore store;
  private final StateStore certain;

  /**
   * Creates an object.
   *
   * @param store where usage is kept
   * @param certain the same store without a fallback
   */
  public Settlements(StateStore store, StateStore certain) {
    this.store = store;
    this.certain = certain;
  }

  /** Settles a reservation that has not ended. */
  SettleResult settle(ReservationRecord reserved, long cost) {
    Decision first;
    try {
      first = claims(reserved).tryAcquire(reserved.name(), HALF + 1 + cost);
    } catch (StoreException e) {
      return new SettleResult.Failed(
          e.mayHaveRun()
              ? "The store broke off, so the reservation may be settled. If it is, calling again"
                  + " answers as if it were, and all of it may stay charged."
              : "The store does not answer. Nothing is settled; call again.");
    }
    if (first.allowed()) {
      return end(reserved, each -> each.settled(cost));
    }
    long before = HALF - first.remaining();
    return before == cost
        ? end(reserved, ReservedPermits::peek)
        : new SettleResult.SettledOtherwise(before);
  }

  private RateLimiter claims(ReservationRecord reserved) {
    return RateLimiter.of(
        Policy.of(
            POLICY, FixedWindow.of(2 * HALF + 1, reserved.life().plus(CLOCKS)).fromFirstUse()),
        certain);
  }

  private SettleResult end(ReservationRecord reserved, Function<ReservedPermits, Request> request) {
    List<CompletableFuture<Decision>> states =
        reserved.permits().stream().map(request).map(this::ask).toList();
    List<RuleUse> uses = new ArrayList<>();
    TreeSet<String> failed = new TreeSet<>();
    for (int i = 0; i < states.size(); i++) {
      ReservedPermits permits = reserved.permits().get(i);
      String rule = permits.policy().name();
      try {
        // It ends by the deadline of the store.
        uses.add(new RuleUse(rule, permits.key(), states.get(i).join()));
      } catch (CompletionException e) {
        LOG.atWarn().addKeyValue("rule", rule).setCause(e.getCause()).log("A rule was not settled");
        failed.add(rule);
      }
    }
    return failed.isEmpty()
        ? new SettleResult.Settled(reserved.maxCost(), uses)
        : new SettleResult.Failed(
            "The reservation is settled, but the store did not answer for the rules %s: what they have reserved may stay charged."
                .formatted(String.join(", ", failed)));
  }

  private CompletableFuture<Decision> ask(Request request) {
    return StateStore.ask(
        store, request, () -> Deadline.after(store.timeout(), TimeSource.system()));
  }
}
