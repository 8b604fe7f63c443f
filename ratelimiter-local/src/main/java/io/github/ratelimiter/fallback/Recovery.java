package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.fallback.Account.Sending;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells the store what was admitted without it. A caller that comes back to a key sends that key's
 * charge before itself; an alarm or the closing of the breaker sends all others, so many at a time.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "ReturnValueIgnored"}) // Nobody waits for charges.
final class Recovery {
  /** As many as travel in one script call. */
  private static final int AT_A_TIME = 64;

  private final Ledger ledger;
  private final Substitute substitute;
  private final LastWords words;
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

  Recovery(
      FallbackBuilder settings,
      Ledger ledger,
      Substitute substitute,
      LastWords words,
      Breaker breaker,
      Events events,
      Function<Request, CompletableFuture<Decision>> store) {
    this.ledger = ledger;
    this.substitute = substitute;
    this.words = words;
    this.breaker = breaker;
    this.events = events;
    this.store = store;
    this.time = settings.timeSource;
    this.waitMicros = settings.waitMicros;
  }

  // --- one key ---------------------------------------------------------------------------------

  /** Sends the charge of a key, unless it is on its way. */
  Sending send(Name name, Account account) {
    Sending sending;
    Request.Charge charge;
    synchronized (account) {
      if (account.gone) {
        return Sending.NOTHING;
      }
      if (account.sending != null) {
        return account.sending;
      }
      charge = substitute.owed(name, account);
      if (charge == null) {
        substitute.forget(name, account);
        ledger.remove(name, account);
        return Sending.NOTHING;
      }
      account.charging = account.admitted;
      account.admitted = 0;
      account.unsure = false;
      sending = new Sending(new CompletableFuture<>(), new CompletableFuture<>());
      account.sending = sending;
    }
    CompletableFuture<Decision> reply = store.apply(charge);
    // Who comes after this stands behind the charge: stores keep the order of a key's requests.
    sending.sent().complete(null);
    reply.whenComplete(
        (decision, failure) -> {
          if (decision != null) {
            charged(name, account, charge, decision);
          } else {
            notCharged(name, account, failure);
          }
          sending.settled().complete(null);
        });
    return sending;
  }

  private void charged(Name name, Account account, Request.Charge charge, Decision decision) {
    synchronized (account) {
      account.sending = null;
      account.charging = 0;
      words.heard(name, decision, time.nowMicros());
      if (account.admitted == 0 && !account.unsure) {
        substitute.forget(name, account);
        ledger.remove(name, account);
      }
    }
    long told = Collections.max(charge.permits());
    if (told > 0) {
      keys.incrementAndGet();
      permits.addAndGet(told);
    }
    if (ledger.isEmpty() && !draining.get()) {
      report();
    }
  }

  /**
   * What may have been counted is not counted again; what was not is kept for later. The breaker
   * does not hear of it: it judges by callers' own calls, and would count a failure twice.
   */
  private void notCharged(Name name, Account account, Throwable failure) {
    StoreException outage = Breaker.outage(failure);
    synchronized (account) {
      account.sending = null;
      if (outage == null) {
        // A mistake. Callers hear of it themselves; to try again and again would help nobody.
        substitute.forget(name, account);
        ledger.remove(name, account);
      } else {
        account.admitted += outage.mayHaveRun() ? 0 : account.charging;
        account.unsure = true;
      }
      account.charging = 0;
    }
    plan();
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

  void drain() {
    if (breaker.isClosed() && draining.compareAndSet(false, true)) {
      drain(ledger.iterator());
    }
  }

  private void drain(Iterator<Map.Entry<Name, Account>> rest) {
    while (breaker.isClosed() && rest.hasNext()) {
      List<CompletableFuture<Void>> batch = new ArrayList<>();
      while (batch.size() < AT_A_TIME && rest.hasNext()) {
        Map.Entry<Name, Account> next = rest.next();
        batch.add(send(next.getKey(), next.getValue()).settled());
      }
      CompletableFuture<Void> settled =
          CompletableFuture.allOf(batch.toArray(new CompletableFuture<?>[0]));
      if (!settled.isDone()) {
        settled.thenRun(() -> drain(rest));
        return;
      }
    }
    draining.set(false);
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
