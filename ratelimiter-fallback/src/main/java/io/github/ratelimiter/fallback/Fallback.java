package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * One request:
 *
 *   breaker open                 answered here, at once
 *   soon after an outage         refused here if the share does not allow it, else the store's
 *   key in the ledger            its charge is sent, then the request itself
 *   otherwise                    the store's; if that fails, answered here
 *
 * The ledger holds the keys for which something was admitted here that the store has not been told
 * of: while there is no outage it is empty, and costs a look at a counter.
 */
/**
 * Decides while a store does not: by a {@link Mode}, for as long as the outage lasts. No caller
 * waits longer than the store's own deadline, nor at all while the circuit breaker is open. When
 * the store is back, it is told what was admitted without it. Thread-safe; no thread of its own;
 * listeners are told on an executor.
 *
 * <p>Outages are {@link StoreUnavailableException}, {@link StoreTimeoutException} and calls that
 * take too long. A {@link StoreMisconfiguredException}, or what else a store throws, is no outage:
 * it goes to the caller, and opens no breaker.
 *
 * <p>A decision that was made here has the source {@link
 * io.github.ratelimiter.Decision.Source#FALLBACK}. In local mode its numbers are those of this
 * instance's share. Leases are refused during an outage, a lease that is given back is dropped, and
 * {@code reset} fails as the store did: who asks for it must know that it did not happen.
 */
public final class Fallback extends ForwardingStore {
  /** What callers are told while the store does not answer. */
  public enum Mode {
    /**
     * Go on: to be refused would do more harm than to exceed the limit. What can never be granted,
     * a call for more than the limit or any call under a limit of 0, is refused here as well.
     */
    ALLOW,

    /** Wait: to exceed the limit would do more harm than to be refused. A login, for example. */
    REFUSE,

    /**
     * Decide in this process, under this instance's share of the limit: all instances together
     * admit no more than the limit.
     */
    LOCAL
  }

  private final StateStore store;
  private final Mode mode;
  private final Map<String, Mode> modes;
  private final TimeSource time;
  private final Shares shares;
  private final LastAnswers lastAnswers;
  private final SharesBind sharesBind;
  private final Ledger ledger;
  private final LocalStates states;
  private final Substitute substitute;
  private final Breaker breaker;
  private final Recovery recovery;
  private final StoreEvents listeners;
  private final Events events;
  private volatile boolean closed;

  Fallback(FallbackBuilder settings) {
    super(settings.store);
    store = settings.store;
    mode = settings.mode;
    modes = Map.copyOf(settings.modes);
    time = settings.timeSource;
    listeners = new StoreEvents(settings.executor());
    settings.listeners.forEach(listeners::add);
    events = new Events(time, listeners, settings.log);
    shares =
        new Shares(
            settings.told,
            decidesLocally() ? store.unwrap(FleetStore.class).orElse(null) : null,
            settings.leastInstances,
            time);
    if (decidesLocally() && !shares.canBeKnown()) {
      events.alone();
    }
    lastAnswers = new LastAnswers(settings.maximumKeys);
    ledger = new Ledger(settings.maximumKeys);
    breaker = new Breaker(settings, store.timeout(), this::ask, events, this::recover);
    sharesBind = new SharesBind(shares, settings.waitMicros, time);
    states = new LocalStates(settings, shares, sharesBind);
    substitute =
        new Substitute(settings, states, ledger, shares, lastAnswers, this::retryAfterMicros);
    recovery =
        new Recovery(settings, ledger, states, sharesBind, lastAnswers, breaker, events, this::ask);
  }

  /**
   * Decides under this instance's share of the limit while the store does not. What most limits
   * want.
   *
   * @param store what decides otherwise; closing it stays the caller's
   * @return the fallback
   */
  public static Fallback local(StateStore store) {
    return around(store).build();
  }

  /**
   * Allows what could ever be granted while the store does not decide.
   *
   * @param store what decides otherwise; closing it stays the caller's
   * @return the fallback
   */
  public static Fallback allow(StateStore store) {
    return around(store).mode(Mode.ALLOW).build();
  }

  /**
   * Refuses everything while the store does not decide.
   *
   * @param store what decides otherwise; closing it stays the caller's
   * @return the fallback
   */
  public static Fallback refuse(StateStore store) {
    return around(store).mode(Mode.REFUSE).build();
  }

  /**
   * Starts a fallback around a store.
   *
   * @param store what decides while it can; closing it stays the caller's
   * @return a builder
   */
  public static FallbackBuilder around(StateStore store) {
    return new FallbackBuilder(store);
  }

  private boolean decidesLocally() {
    return mode == Mode.LOCAL || modes.containsValue(Mode.LOCAL);
  }

  private Mode modeOf(Request request) {
    return modes.isEmpty() ? mode : modes.getOrDefault(request.policy().name(), mode);
  }

  // --- now -------------------------------------------------------------------------------------

  @Override
  public @Nullable Decision tryDecide(Request request) {
    if (closed) {
      throw closed();
    }
    if (!breaker.isClosed()) {
      return Substitute.answers(request) ? here(request, breaker.reason(), true) : null;
    }
    if (madeHere(request) || (!ledger.isEmpty() && ledger.find(Name.of(request)) != null)) {
      return null;
    }
    if (sharesBind.areOn() && isBound(request)) {
      return null;
    }
    Breaker.Call call = breaker.begin();
    try {
      Decision decision = store.tryDecide(request);
      if (decision != null) {
        return answered(decision, sending(request, 0), call);
      }
    } catch (StoreUnavailableException | StoreTimeoutException e) {
      return failed(request, null, e, call);
    } catch (RuntimeException | Error e) {
      call.ended();
      throw e;
    }
    call.ended();
    return null;
  }

  // --- now or later ----------------------------------------------------------------------------

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    if (!breaker.isClosed()) {
      StoreException reason = breaker.reason();
      return Substitute.answers(request)
          ? CompletableFuture.completedFuture(here(request, reason, true))
          : CompletableFuture.failedFuture(notDone(reason));
    }
    if (madeHere(request)) {
      return CompletableFuture.completedFuture(answerHere(request, true));
    }
    if (sharesBind.areOn() && isBound(request)) {
      return boundByShare(request, deadline);
    }
    // First this, then the look into the ledger: either this request finds there what another is
    // admitted at this moment, or the other finds this one among the unanswered.
    LastAnswers.Sent sent = sending(request, Substitute.mostGranted(request));
    Account account = ledger.isEmpty() ? null : ledger.find(Name.of(request));
    return account == null
        ? askStore(request, deadline, sent)
        : afterOutage(request, account, deadline, sent);
  }

  /** A key of which the store must be told. */
  private CompletionStage<Decision> afterOutage(
      Request request, Account account, Deadline deadline, LastAnswers.@Nullable Sent sent) {
    Name name = Name.of(request);
    if (request instanceof Request.Reset) {
      return askStore(request, deadline, sent)
          .thenApply(decision -> forgotten(name, account, decision));
    }
    if (Substitute.answers(request) && isStillHere(account)) {
      over(sent);
      return CompletableFuture.completedFuture(here(request, breaker.reason(), true));
    }
    return charged(name, account, request, deadline, sent, decision -> {});
  }

  /** Charges the store with what was admitted here, and then asks it, by the same deadline. */
  private CompletionStage<Decision> charged(
      Name name,
      @Nullable Account account,
      Request request,
      Deadline deadline,
      LastAnswers.@Nullable Sent sent,
      Consumer<@Nullable Decision> answered) {
    CompletableFuture<@Nullable Throwable> charge =
        account == null ? null : recovery.send(name, account);
    if (charge == null) {
      return askStore(request, deadline, sent, answered);
    }
    Breaker.Call call = breaker.begin();
    return orUntil(deadline, charge)
        .thenCompose(
            failure -> {
              if (Breaker.known(failure) == null) {
                call.ended();
                // More may have been admitted here in the meantime.
                return charged(name, ledger.find(name), request, deadline, sent, answered);
              }
              answered.accept(null);
              over(sent);
              return CompletableFuture.completedFuture(notAsked(request, deadline, failure, call));
            });
  }

  /** What a charge failed with, or that the time of a caller who waits for it is over. */
  private static CompletableFuture<@Nullable Throwable> orUntil(
      Deadline deadline, CompletableFuture<@Nullable Throwable> charge) {
    if (charge.isDone()) {
      return charge;
    }
    CompletableFuture<@Nullable Throwable> either = new CompletableFuture<>();
    CompletableFuture<Void> alarm = deadline.timeSource().after(deadline.leftMicros());
    var unused =
        alarm.thenRun(
            () -> either.complete(new StoreTimeoutException("not charged in time", false, null)));
    unused =
        charge.thenAccept(
            failure -> {
              either.complete(failure);
              alarm.cancel(false);
            });
    return either;
  }

  /** The store has not heard of all that was admitted here: it must not decide this request. */
  private Decision notAsked(
      Request request, Deadline deadline, @Nullable Throwable failure, Breaker.Call call) {
    StoreException outage = Breaker.outage(failure);
    if (outage == null) {
      call.ended();
      StoreException mistake = Objects.requireNonNull(Breaker.known(failure));
      mistaken(mistake);
      throw mistake;
    }
    String text = "the store could not be charged; the request was not sent";
    return failed(
        request,
        deadline,
        outage instanceof StoreTimeoutException
            ? new StoreTimeoutException(text, false, outage)
            : new StoreUnavailableException(text, false, outage),
        call);
  }

  /** The key has used nothing: not in the store, and not here. */
  private Decision forgotten(Name name, Account account, Decision decision) {
    synchronized (account) {
      states.forget(name, account);
      ledger.remove(name, account);
    }
    return decision;
  }

  private boolean isStillHere(Account account) {
    synchronized (account) {
      return time.nowMicros() < account.hereUntil;
    }
  }

  /** A reservation that was made here is none of the store's. */
  private boolean madeHere(Request request) {
    return request instanceof Request.CancelReservation cancel && substitute.knows(cancel.grant());
  }

  // --- soon after an outage --------------------------------------------------------------------

  private boolean isBound(Request request) {
    return modeOf(request) == Mode.LOCAL && Substitute.wantsPermits(request);
  }

  /** What the share allows, the store is asked for: both must have the permits. */
  private CompletionStage<Decision> boundByShare(Request request, Deadline deadline) {
    Name name = Name.of(request);
    if (request instanceof Request.Lease) {
      return CompletableFuture.completedFuture(here(request, breaker.reason(), true));
    }
    Substitute.Held held = substitute.hold(request, name);
    if (!held.decision().allowed()) {
      return refusedByShare(request, held.decision(), deadline);
    }
    LastAnswers.Sent sent = sending(request, Substitute.mostGranted(request));
    Consumer<@Nullable Decision> answered =
        decision -> {
          if (decision == null || !decision.allowed()) {
            substitute.release(request, held);
          }
        };
    return charged(name, ledger.find(name), request, deadline, sent, answered);
  }

  private CompletionStage<Decision> refusedByShare(
      Request request, Decision share, Deadline deadline) {
    if (sharesBind.areMistaken()) {
      // Callers must see a mistake for as long as there is one, whatever their share says.
      Request look = new Request.Peek(request.key(), request.policy(), 1);
      return askStore(look, deadline, sending(look, 0)).thenApply(seen -> share);
    }
    if (request instanceof Request.Reserve) {
      return CompletableFuture.completedFuture(here(request, breaker.reason(), true));
    }
    events.fellBack(request, share, breaker.reason());
    return CompletableFuture.completedFuture(share);
  }

  // --- the store -------------------------------------------------------------------------------

  private CompletableFuture<Decision> askStore(
      Request request, Deadline deadline, LastAnswers.@Nullable Sent sent) {
    return askStore(request, deadline, sent, decision -> {});
  }

  /**
   * Asks the store.
   *
   * @param answered is told the answer, or null, before anybody else
   */
  private CompletableFuture<Decision> askStore(
      Request request,
      Deadline deadline,
      LastAnswers.@Nullable Sent sent,
      Consumer<@Nullable Decision> answered) {
    Breaker.Call call = breaker.begin();
    return ask(request, deadline)
        .handle(
            (decision, failure) -> {
              answered.accept(decision);
              if (decision != null) {
                return answered(decision, sent, call);
              }
              over(sent);
              StoreException outage = Breaker.outage(failure);
              if (outage != null) {
                return failed(request, deadline, outage, call);
              }
              call.ended();
              mistaken(failure);
              throw failure instanceof CompletionException e ? e : new CompletionException(failure);
            });
  }

  /** Whatever the others admitted without the store, they can charge it with when this is over. */
  private void mistaken(Throwable failure) {
    StoreException known = Breaker.known(failure);
    if (known != null && !known.mayHaveRun()) {
      sharesBind.mistaken();
    }
  }

  /** The request is about to be sent; null if no answer is kept. */
  private LastAnswers.@Nullable Sent sending(Request request, long permits) {
    return modeOf(request) == Mode.LOCAL ? lastAnswers.of(Name.of(request)).send(permits) : null;
  }

  private static void over(LastAnswers.@Nullable Sent sent) {
    if (sent != null) {
      sent.over();
    }
  }

  /** What nobody waits for has the store's own time, from now. */
  private CompletableFuture<Decision> ask(Request request) {
    return ask(request, Deadline.after(store.timeout(), time));
  }

  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    try {
      return store.decide(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          e); // A store of somebody else's may throw all the same.
    }
  }

  @Override
  public Status status() {
    if (closed) {
      return new Status.Closed();
    }
    return breaker.isClosed() ? super.status() : breaker.status();
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

  private Decision answered(Decision decision, LastAnswers.@Nullable Sent sent, Breaker.Call call) {
    long now = time.nowMicros();
    call.answered(now);
    if (sent != null) {
      sent.answered(decision, now);
      shares.storeDecided(now);
    }
    sharesBind.storeDecided();
    recovery.storeDecided(now);
    return decision;
  }

  /** Answers here what the store did not for an outage. */
  private Decision failed(
      Request request, @Nullable Deadline deadline, StoreException failure, Breaker.Call call) {
    call.failed(request, deadline, failure);
    if (!Substitute.answers(request)) {
      throw failure;
    }
    if (request instanceof Request.Lease) {
      keepHere(request, call.start());
    }
    return here(request, failure, !failure.mayHaveRun());
  }

  /**
   * Who waited for a lease in vain now asks plainly, and so do those that waited with him: they
   * must not wait once more. For as long as that took the key is decided here.
   */
  private void keepHere(Request request, long start) {
    long now = time.nowMicros();
    if (now > start) {
      ledger.with(
          Name.of(request),
          account -> {
            account.hereUntil = now + (now - start);
            return account;
          });
    }
  }

  private Decision here(Request request, StoreException reason, boolean counts) {
    Decision decision = answerHere(request, counts);
    events.fellBack(request, decision, reason);
    recovery.plan();
    return decision;
  }

  private Decision answerHere(Request request, boolean counts) {
    Mode mode = modeOf(request);
    if (mode == Mode.LOCAL) {
      shares.storeDidNotDecide();
      if (!shares.areKnown()) {
        events.alone();
      }
    }
    return substitute.decide(request, Name.of(request), mode, counts);
  }

  private void recover() {
    shares.storeDidNotDecide();
    sharesBind.fromNow();
    recovery.drain();
  }

  private long retryAfterMicros() {
    long bound = sharesBind.leftMicros();
    return bound > 0 ? bound : breaker.retryAfterMicros();
  }

  private static StoreException notDone(StoreException reason) {
    return new StoreUnavailableException(
        "the store is not asked during an outage; nothing was done", false, reason);
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the fallback is closed");
  }

  /**
   * Sends the store what it has not been told yet, if it can be reached, and probes it no more. The
   * store stays open.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      breaker.close();
      recovery.close();
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("fallback(").append(text(mode));
    for (Map.Entry<String, Mode> own : new TreeMap<>(modes).entrySet()) {
      text.append(", ").append(own.getKey()).append(": ").append(text(own.getValue()));
    }
    if (decidesLocally()) {
      text.append(", ").append(shares);
    }
    return text.append(") -> ").append(store).toString();
  }

  private static String text(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
