package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * An account is charged
 *
 *   before the next request of its key goes to the store, which waits for the answer to the charge:
 *     a charge whose deadline passes in a queue is not sent, though what is behind it may be
 *   when the breaker closes, and when a store decides again that has failed, all accounts
 *   every second while there are any, all accounts
 *
 * What becomes of a charge:
 *
 *   answered                           the account is removed, unless more was admitted meanwhile
 *   failed, certainly not carried out  it stays owed: an outage, a wrong password, missing rights
 *   failed, may have been carried out  it is never charged again; a charge of nothing asks what the
 *                                      store says now
 *   any other exception                the account is removed: the store was closed, or is broken
 */
/**
 * Charges the store with what was admitted without it. A caller that comes back to a key sends that
 * key's charge before its own request; all others are sent so many at a time.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "ReturnValueIgnored"}) // Nobody waits for charges.
final class Recovery {
  /** As many as are sent in one script call. */
  private static final int AT_A_TIME = 64;

  /** A store that decides again is charged soon, but not at each of its answers. */
  private static final long PARTS_OF_WAIT = 10;

  private final Ledger ledger;
  private final LocalStates states;
  private final SharesBind sharesBind;
  private final LastAnswers lastAnswers;
  private final Breaker breaker;
  private final Events events;
  private final Function<Request, CompletableFuture<Decision>> store;
  private final TimeSource time;
  private final long waitMicros;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean planned = new AtomicBoolean();
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong permits = new AtomicLong();
  private volatile @Nullable CompletableFuture<Void> alarm;
  private volatile boolean shut;

  /** From when on charges that have failed are sent again as soon as the store decides anything. */
  private volatile long againFrom = Long.MAX_VALUE;

  /** How many accounts are passed over, so that those which fail do not hold up all others. */
  private volatile int passedOver;

  Recovery(
      FallbackBuilder settings,
      Ledger ledger,
      LocalStates states,
      SharesBind sharesBind,
      LastAnswers lastAnswers,
      Breaker breaker,
      Events events,
      Function<Request, CompletableFuture<Decision>> store) {
    this.ledger = ledger;
    this.states = states;
    this.sharesBind = sharesBind;
    this.lastAnswers = lastAnswers;
    this.breaker = breaker;
    this.events = events;
    this.store = store;
    this.time = settings.timeSource;
    this.waitMicros = settings.waitMicros;
  }

  // --- one key ---------------------------------------------------------------------------------

  /**
   * Sends the charge of a key, unless it is on its way.
   *
   * @return completes with what the charge failed with, or with null if it was answered; null if
   *     nothing is owed
   */
  @Nullable CompletableFuture<@Nullable Throwable> send(Name name, Account account) {
    CompletableFuture<@Nullable Throwable> settled;
    Request.Charge charge;
    synchronized (account) {
      if (account.gone || account.sending != null) {
        return account.gone ? null : account.sending;
      }
      charge = states.owed(name, account);
      if (charge == null) {
        removeUnlessBound(name, account);
        return null;
      }
      account.charges++;
      account.charging = account.admitted;
      account.admitted = 0;
      account.uncertainBefore = account.uncertain;
      settled = new CompletableFuture<>();
      account.sending = settled;
    }
    LastAnswers.Sent sent = lastAnswers.of(name).send(0);
    store
        .apply(charge)
        .whenComplete(
            (decision, failure) -> {
              if (decision != null) {
                charged(name, account, charge, sent, decision);
              } else {
                notCharged(name, account, sent, failure);
              }
              settled.complete(failure);
            });
    return settled;
  }

  private void charged(
      Name name, Account account, Request.Charge charge, LastAnswers.Sent sent, Decision decision) {
    long told;
    synchronized (account) {
      account.sending = null;
      told = Math.min(charge.permits(), account.charging);
      account.charged();
      sent.answered(decision, time.nowMicros());
      if (account.isSettled()) {
        removeUnlessBound(name, account);
      }
    }
    if (told > 0) {
      keys.incrementAndGet();
      permits.addAndGet(told);
    }
    if (ledger.isEmpty() && !draining.get()) {
      report();
    }
  }

  /**
   * The breaker does not hear of it: it judges by callers' own calls, and would count a failure
   * twice.
   */
  private void notCharged(
      Name name, Account account, LastAnswers.Sent sent, @Nullable Throwable failure) {
    StoreException known = Breaker.known(failure);
    synchronized (account) {
      account.sending = null;
      long charging = account.charging;
      account.charging = 0;
      if (known == null) {
        remove(name, account);
      } else if (charging > 0) {
        account.admit(charging, !known.mayHaveRun(), sent.key());
        account.charges -= known.mayHaveRun() ? 0 : 1;
      }
    }
    againFrom = time.nowMicros() + waitMicros / PARTS_OF_WAIT;
    plan();
  }

  /** While shares bind, the state of a share is needed; afterwards the account is found again. */
  private void removeUnlessBound(Name name, Account account) {
    if (!sharesBind.areOn()) {
      remove(name, account);
    }
  }

  /** Requires the account's lock. */
  private void remove(Name name, Account account) {
    states.forget(name, account);
    ledger.remove(name, account);
  }

  // --- all keys --------------------------------------------------------------------------------

  /** Sees to it that keys which nobody comes back to are charged as well. */
  void plan() {
    if (!shut && breaker.isClosed() && !ledger.isEmpty() && planned.compareAndSet(false, true)) {
      CompletableFuture<Void> set = time.after(waitMicros);
      alarm = set;
      set.thenRun(
          () -> {
            planned.set(false);
            drain();
          });
    }
  }

  /** The store has decided something: what it could not be charged with, it can be now. */
  void storeDecided(long now) {
    if (now >= againFrom) {
      againFrom = Long.MAX_VALUE;
      drain();
    }
  }

  void drain() {
    if (breaker.isClosed() && draining.compareAndSet(false, true)) {
      Iterator<Map.Entry<Name, Account>> rest = ledger.iterator();
      for (int i = passedOver; i > 0 && rest.hasNext(); i--) {
        rest.next();
      }
      if (!rest.hasNext()) {
        passedOver = 0;
        rest = ledger.iterator();
      }
      drain(rest);
    }
  }

  private void drain(Iterator<Map.Entry<Name, Account>> rest) {
    while (breaker.isClosed() && rest.hasNext()) {
      List<CompletableFuture<@Nullable Throwable>> batch = new ArrayList<>();
      while (batch.size() < AT_A_TIME && rest.hasNext()) {
        Map.Entry<Name, Account> next = rest.next();
        CompletableFuture<@Nullable Throwable> sent = send(next.getKey(), next.getValue());
        if (sent != null) {
          batch.add(sent);
        }
      }
      CompletableFuture<Void> settled =
          CompletableFuture.allOf(batch.toArray(new CompletableFuture<?>[0]));
      if (!settled.isDone()) {
        settled.thenRun(() -> drainOn(batch, rest));
        return;
      }
      if (noneWasAnswered(batch)) {
        break;
      }
    }
    drained(rest.hasNext());
  }

  private void drainOn(
      List<CompletableFuture<@Nullable Throwable>> batch, Iterator<Map.Entry<Name, Account>> rest) {
    if (noneWasAnswered(batch)) {
      drained(rest.hasNext());
    } else {
      drain(rest);
    }
  }

  /** Then the store does not decide, and it is not asked a hundred thousand times in vain. */
  private static boolean noneWasAnswered(List<CompletableFuture<@Nullable Throwable>> batch) {
    return !batch.isEmpty() && batch.stream().allMatch(charge -> charge.join() != null);
  }

  private void drained(boolean early) {
    boolean passedSome = passedOver > 0;
    passedOver = early ? passedOver + AT_A_TIME : 0;
    draining.set(false);
    if (passedSome && !early) {
      drain();
      return;
    }
    report();
    plan();
  }

  private void report() {
    long told = keys.getAndSet(0);
    long counted = permits.getAndSet(0);
    if (told > 0) {
      events.recovered(told, counted);
    }
  }

  /** Sends what can be sent now, and plans nothing more. */
  void close() {
    shut = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
    drain();
  }
}
