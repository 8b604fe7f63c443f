package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether callers go to the store. The rates are the library's; what is ours is that callers never
 * try a store which may be down: alarms do, and there are none while the breaker is closed.
 *
 * <p>A probe looks at the key whose call failed last, for it may be on a node that others are not
 * on, and takes a permit of a key of its own, which leaves nothing behind: a full or read-only
 * server answers those who look.
 */
@SuppressWarnings({
  "FutureReturnValueIgnored",
  "ReturnValueIgnored", // Nobody waits for probes,
  "NonAtomicVolatileUpdate" // and there is one at a time.
})
final class Breaker {
  /** What a probe takes is back within a millisecond, and the key is gone. */
  private static final Policy PROBE = Policy.parse("fallback-probe", "1000/s");

  private static final String PROBE_KEY = "probe";

  private final CircuitBreaker breaker;
  private final Function<Request, CompletableFuture<Decision>> store;
  private final TimeSource time;
  private final Events events;
  private final Runnable onClosed;
  private final long slowMicros;
  private final long waitMicros;
  private final int probes;

  /** How many slow probes of a row keep the breaker open. */
  private final int slowProbes;

  private final StoreException tooSlow;
  private final AtomicBoolean open = new AtomicBoolean();
  private volatile StoreException suspect;
  private volatile @Nullable Request failed;
  private volatile long nextProbe;

  // Of the probes in this row; one is on its way at a time.
  private volatile int answered;
  private volatile int slow;

  private volatile @Nullable CompletableFuture<Void> alarm;
  private volatile boolean shut;

  Breaker(
      FallbackBuilder settings,
      Function<Request, CompletableFuture<Decision>> store,
      Events events,
      Runnable onClosed) {
    this.breaker = CircuitBreaker.of("store", config(settings));
    this.store = store;
    this.time = settings.timeSource;
    this.events = events;
    this.onClosed = onClosed;
    this.slowMicros = settings.slowMicros;
    this.waitMicros = settings.waitMicros;
    this.probes = settings.probes;
    this.slowProbes = (int) Math.ceil(settings.probes * settings.slowCallRate / 100.0);
    this.tooSlow =
        new StoreUnavailableException(
            "the store takes more than " + slowMicros / 1_000.0 + " ms to answer", false, null);
    this.suspect = tooSlow;
  }

  private static CircuitBreakerConfig config(FallbackBuilder settings) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            settings.windowCalls,
            settings.minimumCalls,
            CircuitBreakerConfig.SlidingWindowType.COUNT_BASED,
            CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
        .failureRateThreshold(settings.failureRate)
        .slowCallRateThreshold(settings.slowCallRate)
        .slowCallDurationThreshold(Duration.ofNanos(settings.slowMicros * 1_000))
        .build();
  }

  /** Whether callers go to the store. */
  boolean isClosed() {
    return !open.get();
  }

  /** What keeps callers from the store: the last failure, or that it is slow. */
  StoreException reason() {
    return suspect;
  }

  /** How long until the store is tried again: what a caller may be told to wait. */
  long retryAfterMicros() {
    return open.get() ? Math.max(nextProbe - time.nowMicros(), 1) : waitMicros;
  }

  /**
   * A call was answered. One that began before the breaker opened says nothing of the store now.
   */
  void succeeded(long start) {
    if (isClosed()) {
      record(time.nowMicros() - start);
    }
  }

  private void record(long micros) {
    if (micros > slowMicros) {
      suspect = tooSlow;
    }
    breaker.onSuccess(Math.max(micros, 0), TimeUnit.MICROSECONDS);
    openIfTripped();
  }

  /** A call was not answered, and that was an outage. */
  void failed(Request request, long start, StoreException outage) {
    if (isClosed()) {
      suspect = outage;
      failed = request;
      long micros = Math.max(time.nowMicros() - start, 0);
      breaker.onError(micros, TimeUnit.MICROSECONDS, outage);
      openIfTripped();
    }
  }

  private void openIfTripped() {
    if (breaker.getState() == State.OPEN && open.compareAndSet(false, true)) {
      opened();
    }
  }

  private void opened() {
    planProbe();
    events.opened(suspect);
  }

  private void planProbe() {
    nextProbe = time.nowMicros() + waitMicros;
    CompletableFuture<Void> set = time.after(waitMicros);
    alarm = set;
    set.thenRun(this::probe);
    if (shut) {
      set.cancel(false);
    }
  }

  private void probe() {
    if (!shut) {
      breaker.transitionToHalfOpenState();
      answered = 0;
      slow = 0;
      events.halfOpen();
      probeOn();
    }
  }

  /** One probe after another, until they are answered in a row or one is not. */
  private void probeOn() {
    while (breaker.getState() == State.HALF_OPEN && !shut) {
      CompletableFuture<Void> judged = probeOnce();
      if (!judged.isDone()) {
        judged.thenRun(this::probeOn);
        return;
      }
    }
    settle();
  }

  private CompletableFuture<Void> probeOnce() {
    long start = time.nowMicros();
    CompletableFuture<Decision> write = store.apply(new Request.Acquire(PROBE_KEY, PROBE, 1));
    Request suspected = failed;
    CompletableFuture<Decision> look =
        suspected == null
            ? write
            : store.apply(new Request.Peek(suspected.key(), suspected.policy(), 1));
    return CompletableFuture.allOf(write, look)
        .handle(
            (done, failure) -> {
              judge(start, failure);
              return null;
            });
  }

  private void judge(long start, @Nullable Throwable failure) {
    StoreException outage = outage(failure);
    if (failure == null) {
      answered++;
      if (time.nowMicros() - start > slowMicros) {
        slow++;
        suspect = tooSlow;
      }
      if (slow >= slowProbes) {
        breaker.transitionToOpenState();
      } else if (answered == probes) {
        breaker.transitionToClosedState();
      }
    } else if (outage != null) {
      suspect = outage;
      breaker.transitionToOpenState();
    } else {
      // Somebody has to change something: callers must see it, so they go to the store again.
      breaker.transitionToClosedState();
    }
  }

  private void settle() {
    if (breaker.getState() == State.OPEN) {
      opened();
    } else if (breaker.getState() == State.CLOSED) {
      failed = null;
      open.set(false);
      events.closed();
      onClosed.run();
    }
  }

  /** What passes by itself; null for all else: a mistake, or a store that was closed. */
  static @Nullable StoreException outage(@Nullable Throwable failure) {
    StoreException known = known(failure);
    return known instanceof StoreMisconfiguredException ? null : known;
  }

  /** What a store says went wrong; null for all else. */
  static @Nullable StoreException known(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StoreException e ? e : null;
  }

  /** No more probes. */
  void close() {
    shut = true;
    CompletableFuture<Void> set = alarm;
    if (set != null) {
      set.cancel(false);
    }
  }
}
