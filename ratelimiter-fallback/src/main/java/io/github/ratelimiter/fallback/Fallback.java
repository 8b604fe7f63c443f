package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.store.StoreMeter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * What is kept for a key:
 *
 *   LastKnownState   the last answer of the store; always, in local mode
 *   PendingUsage     what was admitted here and not yet counted by the store; during an outage
 *   a local state    what decides during an outage (LocalStates)
 *
 * Reconciliation charges the store for all pending usage after an outage. Without an outage there is
 * none, and a request only checks that.
 */
/**
 * A store that decides while another store does not, by a {@link Mode}. No caller waits longer than
 * the deadline of the other store, and no caller waits at all while the circuit breaker is open.
 * When the other store is available again, it is charged for what was admitted without it.
 *
 * <p>An outage is a {@link StoreUnavailableException}, a {@link StoreTimeoutException} or a call
 * that takes too long. A {@link StoreMisconfiguredException}, and any other exception of a store,
 * is no outage: the caller gets it, and the breaker stays closed.
 *
 * <p>A decision that was made here has the source {@link
 * io.github.ratelimiter.Decision.Source#FALLBACK}. In local mode its numbers are those of this
 * instance's share. During an outage leases are refused, and a lease that is returned is ignored. A
 * {@code drain} affects this instance immediately, and the others after the outage. A {@code reset}
 * fails with the exception of the store, because the caller must know that it did not happen.
 *
 * <p>Thread-safe. It has no thread of its own; listeners are notified on an executor.
 */
public final class Fallback extends ForwardingStore {
  /** How requests are decided while the store does not decide. */
  public enum Mode {
    /**
     * Allows every request that the limit can ever allow. A request for more than the limit is
     * refused, and so is every request under a limit of 0. For limits where a refusal does more
     * harm than too many requests.
     */
    ALLOW,

    /**
     * Refuses every request. For limits where too many requests do more harm than a refusal, for
     * example logins.
     */
    REFUSE,

    /**
     * Decides in this process, under this instance's share of the limit. All instances together
     * admit at most the limit.
     */
    LOCAL
  }

  private final Modes modes;
  private final Breaker breaker;
  private final Shares shares;
  private final ShareGuard shareGuard;
  private final RequestRouter router;
  private final Reconciliation reconciliation;
  private final PendingDrains drains;
  private final StoreEvents listeners;
  private final List<StoreMeter> meters;
  private volatile boolean closed;

  Fallback(FallbackBuilder settings) {
    super(settings.store);
    modes = new Modes(settings.mode, settings.modes);
    listeners = new StoreEvents(settings.executor());
    settings.listeners.forEach(listeners::add);
    Events events = new Events(settings.timeSource, listeners, settings.log);
    shares = shares(settings, modes);
    if (modes.isAnyLocal() && !shares.canBeKnown()) {
      events.instancesUnknown();
    }
    shareGuard = new ShareGuard(shares, settings.waitMicros, settings.timeSource);
    KeyStates keys = KeyStates.of(settings, shares, shareGuard);
    StoreAccess store = new StoreAccess(settings.store, settings.timeSource);
    breaker = new Breaker(settings, store, events, this::outageEnded);
    UsageCharges charges = new UsageCharges(keys, shareGuard, store);
    reconciliation = new Reconciliation(settings, keys.pending(), charges, breaker, events);
    drains = new PendingDrains(settings, store, breaker);
    FallbackDecisions decisions = new FallbackDecisions(this::retryAfterMicros);
    ShareDecisions shareDecisions = new ShareDecisions(keys, shares, decisions, events);
    LocalDecisions localDecisions =
        new LocalDecisions(modes, keys, shareDecisions, decisions, reconciliation, drains, events);
    StoreCalls calls =
        new StoreCalls(
            store, modes, breaker, keys, shares, shareGuard, localDecisions, reconciliation);
    AfterOutage afterOutage =
        new AfterOutage(
            keys.pending(),
            reconciliation,
            shareGuard,
            new ShareHolds(keys, shares, decisions),
            localDecisions,
            calls,
            breaker);
    router =
        new RequestRouter(
            settings.store,
            modes,
            breaker,
            keys.pending(),
            shareGuard,
            drains,
            localDecisions,
            calls,
            afterOutage);
    meters = meters(keys.pending());
  }

  private List<StoreMeter> meters(PendingUsages pendingUsages) {
    return metersWith(
        StoreMeter.gauge(
            "breaker.open",
            "1 if the circuit breaker is open and the fallback decides; otherwise 0",
            () -> breaker.isClosed() ? 0 : 1),
        StoreMeter.gauge(
            "fallback.keys.uncharged",
            "Keys with permits that were admitted here and that the store has not counted yet",
            pendingUsages::size));
  }

  private static Shares shares(FallbackBuilder settings, Modes modes) {
    FleetStore fleet =
        modes.isAnyLocal() ? settings.store.unwrap(FleetStore.class).orElse(null) : null;
    return new Shares(settings.instances, fleet, settings.leastInstances, settings.timeSource);
  }

  /**
   * Returns a fallback in {@link Mode#LOCAL}. This is the mode for most limits.
   *
   * @param store decides while it is available; it is not closed with the fallback
   * @return the fallback
   */
  public static Fallback local(StateStore store) {
    return around(store).build();
  }

  /**
   * Returns a fallback in {@link Mode#ALLOW}.
   *
   * @param store decides while it is available; it is not closed with the fallback
   * @return the fallback
   */
  public static Fallback allow(StateStore store) {
    return around(store).mode(Mode.ALLOW).build();
  }

  /**
   * Returns a fallback in {@link Mode#REFUSE}.
   *
   * @param store decides while it is available; it is not closed with the fallback
   * @return the fallback
   */
  public static Fallback refuse(StateStore store) {
    return around(store).mode(Mode.REFUSE).build();
  }

  /**
   * Returns a builder of a fallback.
   *
   * @param store decides while it is available; it is not closed with the fallback
   * @return a new builder
   */
  public static FallbackBuilder around(StateStore store) {
    return new FallbackBuilder(store);
  }

  // --- decisions -------------------------------------------------------------------------------

  @Override
  public @Nullable Decision tryDecide(Request request) {
    checkOpen();
    return router.tryDecide(request);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    return closed ? CompletableFuture.failedFuture(closed()) : router.decide(request, deadline);
  }

  @Override
  public @Nullable List<Decision> tryDecideAll(JointRequest request) {
    checkOpen();
    return router.tryDecideAll(request);
  }

  /**
   * {@inheritDoc}
   *
   * <p>During an outage, all parts are decided here, each by its mode. Otherwise the store decides,
   * if it does so in one atomic step. If it does not, or if a key has pending usage or this
   * instance is limited to its share, each part is decided on its own, and those that the store
   * does not answer are decided here; see {@link io.github.ratelimiter.store.HoldAndRelease}.
   */
  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    CompletionStage<List<Decision>> together = router.decideTogether(request, deadline);
    return together != null ? together : super.decideAll(request, deadline);
  }

  private void checkOpen() {
    if (closed) {
      throw closed();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the fallback is closed");
  }

  // --- lifecycle -------------------------------------------------------------------------------

  private void outageEnded() {
    shares.storeDidNotDecide();
    shareGuard.start();
    reconciliation.run();
    drains.send();
  }

  private long retryAfterMicros() {
    long guarded = shareGuard.leftMicros();
    return guarded > 0 ? guarded : breaker.retryAfterMicros();
  }

  @Override
  public Status status() {
    if (closed) {
      return new Status.Closed();
    }
    return breaker.isClosed() ? super.status() : breaker.status();
  }

  @Override
  public List<StoreMeter> meters() {
    return meters;
  }

  @Override
  public void addListener(StoreListener listener) {
    listeners.add(listener);
    super.addListener(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    listeners.remove(listener);
    super.removeListener(listener);
  }

  /**
   * Charges the store for the pending usage, if the store is available, and stops probing. Does not
   * wait for the charges. Does not close the store.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      breaker.close();
      reconciliation.close();
      drains.close();
    }
  }

  @Override
  public String toString() {
    String text = modes.isAnyLocal() ? modes + ", " + shares : modes.toString();
    return "fallback(" + text + ") -> " + delegate();
  }
}
