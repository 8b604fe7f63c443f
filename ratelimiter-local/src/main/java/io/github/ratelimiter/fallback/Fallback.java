package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Deadline;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.FleetStore;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/*
 * One request:
 *
 *   breaker open                 answered here, at once
 *   key in the ledger            its charge is sent, then the request itself
 *   otherwise                    the store's; if that fails, answered here
 *
 * The ledger holds the keys for which something was admitted here that the store has not been told
 * of: while there is no outage it is empty, and costs a look at a counter.
 */
/**
 * Decides while a store does not: by a {@link FallbackMode}, for as long as the outage lasts. No
 * caller waits longer than the store's own deadline, nor at all while the circuit breaker is open.
 * When the store is back, it is told what was admitted without it. Thread-safe; no thread of its
 * own; listeners are told on an executor.
 *
 * <p>Outages are {@link StoreUnavailableException}, {@link StoreTimeoutException} and calls that
 * take too long. A {@link StoreMisconfiguredException}, or what else a store throws, is no outage:
 * it goes to the caller, and opens no breaker.
 *
 * <p>A decision that was made here has the source {@link io.github.ratelimiter.Source#FALLBACK}. In
 * local mode its numbers are those of this instance's share. Leases are refused during an outage, a
 * lease that is given back is dropped, and {@code reset} fails as the store did: who asks for it
 * must know that it did not happen.
 */
public final class Fallback implements StateStore {
  private final StateStore store;
  private final FallbackMode mode;
  private final Map<String, FallbackMode> modes;
  private final TimeSource time;
  private final Shares shares;
  private final LastWords words;
  private final Ledger ledger;
  private final Substitute substitute;
  private final Breaker breaker;
  private final Recovery recovery;
  private final Events events;
  private volatile boolean closed;

  Fallback(FallbackBuilder settings) {
    store = settings.store;
    mode = settings.mode;
    modes = Map.copyOf(settings.modes);
    time = settings.timeSource;
    events = new Events(settings.listeners, time, settings.executor());
    shares =
        new Shares(
            settings.told,
            decidesLocally() ? store.unwrap(FleetStore.class).orElse(null) : null,
            settings.leastInstances);
    if (decidesLocally() && !shares.areKnown()) {
      events.alone();
    }
    words = new LastWords(settings.maximumKeys);
    ledger = new Ledger(settings.maximumKeys);
    breaker = new Breaker(settings, this::ask, events, this::recover);
    substitute = new Substitute(settings, ledger, shares, words, breaker::retryAfterMicros);
    recovery = new Recovery(settings, ledger, substitute, words, breaker, events, this::ask);
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
    return around(store).mode(FallbackMode.ALLOW).build();
  }

  /**
   * Refuses everything while the store does not decide.
   *
   * @param store what decides otherwise; closing it stays the caller's
   * @return the fallback
   */
  public static Fallback refuse(StateStore store) {
    return around(store).mode(FallbackMode.REFUSE).build();
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
    return mode == FallbackMode.LOCAL || modes.containsValue(FallbackMode.LOCAL);
  }

  private FallbackMode modeOf(Request request) {
    return modes.isEmpty() ? mode : modes.getOrDefault(request.policy().name(), mode);
  }

  // --- now -------------------------------------------------------------------------------------

  @Override
  public @Nullable Decision tryDecide(Request request) {
    checkOpen();
    if (!breaker.isClosed()) {
      return Substitute.answers(request) ? here(request, breaker.reason(), true) : null;
    }
    if (madeHere(request) || (!ledger.isEmpty() && ledger.find(Name.of(request)) != null)) {
      return null;
    }
    long start = time.nowMicros();
    try {
      Decision decision = store.tryDecide(request);
      return decision == null ? null : answered(request, decision, start);
    } catch (StoreUnavailableException | StoreTimeoutException e) {
      return failed(request, e, start);
    }
  }

  // --- now or later ----------------------------------------------------------------------------

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    checkOpen();
    if (!breaker.isClosed()) {
      StoreException reason = breaker.reason();
      return Substitute.answers(request)
          ? CompletableFuture.completedFuture(here(request, reason, true))
          : CompletableFuture.failedFuture(notDone(reason));
    }
    if (madeHere(request)) {
      return CompletableFuture.completedFuture(answerHere(request, true));
    }
    Account account = ledger.isEmpty() ? null : ledger.find(Name.of(request));
    return account == null ? askStore(request, deadline) : afterOutage(request, account, deadline);
  }

  /** A key that the store has to hear of. */
  private CompletionStage<Decision> afterOutage(
      Request request, Account account, Deadline deadline) {
    Name name = Name.of(request);
    if (request instanceof Request.Reset) {
      return askStore(request, deadline).thenApply(decision -> forgotten(name, account, decision));
    }
    if (Substitute.answers(request) && isStillHere(account)) {
      return CompletableFuture.completedFuture(here(request, breaker.reason(), true));
    }
    return recovery.send(name, account).sent().thenCompose(sent -> askStore(request, deadline));
  }

  /** The key has used nothing: not in the store, and not here. */
  private Decision forgotten(Name name, Account account, Decision decision) {
    synchronized (account) {
      substitute.forget(name, account);
      ledger.remove(name, account);
    }
    return decision;
  }

  private boolean isStillHere(Account account) {
    synchronized (account) {
      return time.nowMicros() < account.hereUntil;
    }
  }

  /** A booking that was made here is none of the store's. */
  private boolean madeHere(Request request) {
    return request instanceof Request.Cancel cancel && substitute.knows(cancel.grant());
  }

  private CompletableFuture<Decision> askStore(Request request, Deadline deadline) {
    long start = time.nowMicros();
    return ask(request, deadline)
        .handle(
            (decision, failure) -> {
              if (decision != null) {
                return answered(request, decision, start);
              }
              StoreException outage = Breaker.outage(failure);
              if (outage != null) {
                return failed(request, outage, start);
              }
              throw failure instanceof CompletionException e ? e : new CompletionException(failure);
            });
  }

  /** What nobody waits for has the store's own time, from now. */
  private CompletableFuture<Decision> ask(Request request) {
    return ask(request, Deadline.after(store.timeout(), time));
  }

  /** The store's answer; what it throws at the call comes out of the future like all else. */
  private CompletableFuture<Decision> ask(Request request, Deadline deadline) {
    try {
      return store.decide(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Duration timeout() {
    return store.timeout();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : store.unwrap(type);
  }

  private Decision answered(Request request, Decision decision, long start) {
    breaker.succeeded(start);
    if (modeOf(request) == FallbackMode.LOCAL) {
      words.heard(Name.of(request), decision, time.nowMicros());
    }
    return decision;
  }

  /** Answers here what the store did not for an outage. */
  private Decision failed(Request request, StoreException failure, long start) {
    breaker.failed(request, start, failure);
    if (!Substitute.answers(request)) {
      throw failure;
    }
    if (request instanceof Request.Lease) {
      keepHere(request, start);
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
    return substitute.decide(request, Name.of(request), modeOf(request), counts);
  }

  private void recover() {
    recovery.drain();
  }

  private static StoreException notDone(StoreException reason) {
    return new StoreUnavailableException(
        "the store is not asked during an outage; nothing was done", false, reason);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the fallback is closed");
    }
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
    for (Map.Entry<String, FallbackMode> own : new TreeMap<>(modes).entrySet()) {
      text.append(", ").append(own.getKey()).append(": ").append(text(own.getValue()));
    }
    if (decidesLocally()) {
      text.append(", ").append(shares);
    }
    return text.append(") -> ").append(store).toString();
  }

  private static String text(FallbackMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
