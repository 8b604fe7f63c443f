package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/*
 * A key is charged
 *
 *   before its next request is sent to the store; the request waits for the answer to the charge,
 *     because a charge can miss its deadline in a queue although a later request does not
 *   with all other keys: when the breaker closes, when a store that has failed decides again, and
 *     every second while there is pending usage
 */
/** Charges the store for all pending usage after an outage, in batches. Thread-safe. */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored"
}) // No caller waits for charges.
final class Reconciliation implements UsageCharges.Listener {
  /** The store sends this many in one script call. */
  private static final int BATCH = 64;

  /** A store that decides again is charged after this part of the wait between two probes. */
  private static final long RETRY_PART_OF_WAIT = 10;

  private final PendingUsages pendingUsages;
  private final UsageCharges charges;
  private final Breaker breaker;
  private final Events events;
  private final TimeSource time;
  private final long waitMicros;
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile @Nullable CompletableFuture<Void> alarm;
  private volatile boolean closed;

  /** From this instant on, failed charges are sent again when the store decides any request. */
  private volatile long retryFrom = Long.MAX_VALUE;

  /** The next run starts after this many keys, so that keys that fail do not block all others. */
  private volatile int skippedKeys;

  Reconciliation(
      FallbackBuilder settings,
      PendingUsages pendingUsages,
      UsageCharges charges,
      Breaker breaker,
      Events events) {
    this.pendingUsages = pendingUsages;
    this.charges = charges;
    this.breaker = breaker;
    this.events = events;
    this.time = settings.timeSource;
    this.waitMicros = settings.waitMicros;
  }

  /**
   * Charges the store for one key.
   *
   * @return completes with the failure of the charge, or with null if it was answered; null if
   *     there is nothing to charge
   */
  @Nullable CompletableFuture<@Nullable Throwable> charge(PolicyKey key, PendingUsage usage) {
    return charges.send(key, usage, this);
  }

  @Override
  public void charged() {
    breaker.chargeAnswered();
    if (pendingUsages.isEmpty() && !running.get()) {
      charges.report(events);
    }
  }

  @Override
  public void notCharged() {
    retryFrom = time.nowMicros() + waitMicros / RETRY_PART_OF_WAIT;
    schedule();
  }

  /** Forgets the pending usage of a key that was reset. */
  void forget(PolicyKey key, PendingUsage usage) {
    synchronized (usage) {
      charges.remove(key, usage);
    }
  }

  /** Schedules a run, for keys that no caller asks for again. */
  void schedule() {
    if (!closed
        && breaker.isClosed()
        && !pendingUsages.isEmpty()
        && scheduled.compareAndSet(false, true)) {
      CompletableFuture<Void> set = time.after(waitMicros);
      alarm = set;
      set.thenRun(
          () -> {
            scheduled.set(false);
            run();
          });
    }
  }

  /** The store has decided a request. Charges that failed before may succeed now. */
  void storeDecided(long nowMicros) {
    if (nowMicros >= retryFrom) {
      retryFrom = Long.MAX_VALUE;
      run();
    }
  }

  /** Charges the store for all keys, unless this is running already. */
  void run() {
    if (breaker.isClosed() && running.compareAndSet(false, true)) {
      Iterator<Map.Entry<PolicyKey, PendingUsage>> rest = pendingUsages.iterator();
      for (int i = skippedKeys; i > 0 && rest.hasNext(); i--) {
        rest.next();
      }
      if (!rest.hasNext()) {
        skippedKeys = 0;
        rest = pendingUsages.iterator();
      }
      run(rest);
    }
  }

  private void run(Iterator<Map.Entry<PolicyKey, PendingUsage>> rest) {
    while (breaker.isClosed() && rest.hasNext()) {
      List<CompletableFuture<@Nullable Throwable>> batch = sendBatch(rest);
      CompletableFuture<Void> all =
          CompletableFuture.allOf(batch.toArray(new CompletableFuture<?>[0]));
      if (!all.isDone()) {
        all.thenRun(() -> continueAfter(batch, rest));
        return;
      }
      if (haveAllFailed(batch)) {
        break;
      }
    }
    ended(rest.hasNext());
  }

  private List<CompletableFuture<@Nullable Throwable>> sendBatch(
      Iterator<Map.Entry<PolicyKey, PendingUsage>> rest) {
    List<CompletableFuture<@Nullable Throwable>> batch = new ArrayList<>();
    while (batch.size() < BATCH && rest.hasNext()) {
      Map.Entry<PolicyKey, PendingUsage> next = rest.next();
      CompletableFuture<@Nullable Throwable> charge = charge(next.getKey(), next.getValue());
      if (charge != null) {
        batch.add(charge);
      }
    }
    return batch;
  }

  private void continueAfter(
      List<CompletableFuture<@Nullable Throwable>> batch,
      Iterator<Map.Entry<PolicyKey, PendingUsage>> rest) {
    if (haveAllFailed(batch)) {
      ended(rest.hasNext());
    } else {
      run(rest);
    }
  }

  /** Returns whether the store answered none. Then it does not decide, and the run ends. */
  private static boolean haveAllFailed(List<CompletableFuture<@Nullable Throwable>> batch) {
    return !batch.isEmpty() && batch.stream().allMatch(charge -> charge.join() != null);
  }

  private void ended(boolean early) {
    boolean hadSkipped = skippedKeys > 0;
    skippedKeys = early ? skippedKeys + BATCH : 0;
    running.set(false);
    if (hadSkipped && !early) {
      run();
      return;
    }
    charges.report(events);
    schedule();
  }

  /** Sends the charges that can be sent now. No run is scheduled any more. */
  void close() {
    closed = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
    run();
  }
}
