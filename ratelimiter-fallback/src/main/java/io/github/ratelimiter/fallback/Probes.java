package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Probes the store while the breaker is open. An alarm sends the probes, so no caller waits for a
 * store that may be down. A series of probes follows one after the other, until all were answered
 * or one was not.
 *
 * <p>A probe peeks at the key of the last failed call, because that key may be on another node than
 * most keys. It also acquires a permit of its own key, because a full or read-only server still
 * answers a peek.
 */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored", // No caller waits for probes,
  "NonAtomicVolatileUpdate" // and there is one at a time.
})
final class Probes {
  /** The permit of a probe is available again within a millisecond, and its key is removed. */
  private static final Policy POLICY = Policy.parse("fallback-probe", "1000/s");

  private static final String KEY = "probe";

  private enum Result {
    CONTINUE,
    OPEN,
    CLOSE
  }

  private final Breaker breaker;
  private final StoreAccess store;
  private final Events events;
  private final TimeSource time;
  private final long slowMicros;
  private final long waitMicros;
  private final int count;

  /** This many slow probes in a series keep the breaker open. */
  private final int slowCount;

  private volatile long nextMicros;

  // Of this series.
  private volatile int answered;
  private volatile int slow;
  private volatile Result result = Result.CONTINUE;

  private volatile @Nullable CompletableFuture<Void> alarm;
  private volatile boolean closed;

  Probes(FallbackBuilder settings, Breaker breaker, StoreAccess store, Events events) {
    this.breaker = breaker;
    this.store = store;
    this.events = events;
    this.time = settings.timeSource;
    this.slowMicros = settings.slowMicros;
    this.waitMicros = settings.waitMicros;
    this.count = settings.probes;
    this.slowCount = (int) Math.ceil(settings.probes * settings.slowCallRate);
  }

  /** Returns when the next series starts, in microseconds. */
  long nextMicros() {
    return nextMicros;
  }

  /** Schedules the next series. */
  void schedule() {
    nextMicros = time.nowMicros() + waitMicros;
    CompletableFuture<Void> set = time.after(waitMicros);
    alarm = set;
    set.thenRun(this::start);
    if (closed) {
      set.cancel(false);
    }
  }

  private void start() {
    if (!closed) {
      answered = 0;
      slow = 0;
      result = Result.CONTINUE;
      events.halfOpen();
      sendAll();
    }
  }

  private void sendAll() {
    while (result == Result.CONTINUE && !closed) {
      CompletableFuture<Void> judged = send();
      if (!judged.isDone()) {
        judged.thenRun(this::sendAll);
        return;
      }
    }
    if (result == Result.OPEN) {
      breaker.probesFailed();
    } else if (result == Result.CLOSE) {
      breaker.probesAnswered();
    }
  }

  private CompletableFuture<Void> send() {
    long start = time.nowMicros();
    CompletableFuture<Decision> acquire = store.decide(new Request.Acquire(KEY, POLICY, 1));
    Request failed = breaker.lastFailedRequest();
    CompletableFuture<Decision> peek =
        failed == null ? acquire : store.decide(new Request.Peek(failed.key(), failed.policy(), 1));
    return CompletableFuture.allOf(acquire, peek)
        .handle(
            (done, failure) -> {
              result = failure == null ? answered(start) : failed(failure);
              return null;
            });
  }

  private Result answered(long start) {
    answered++;
    if (time.nowMicros() - start > slowMicros) {
      slow++;
      breaker.storeIsSlow();
    }
    if (slow >= slowCount) {
      return Result.OPEN;
    }
    return answered == count ? Result.CLOSE : Result.CONTINUE;
  }

  private Result failed(Throwable failure) {
    StoreException outage = Failures.outage(failure);
    if (outage == null) {
      // A wrong configuration, for example. Callers must get the exception from the store.
      return Result.CLOSE;
    }
    breaker.storeFailed(outage);
    return Result.OPEN;
  }

  /** Sends no more probes. */
  void close() {
    closed = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}
