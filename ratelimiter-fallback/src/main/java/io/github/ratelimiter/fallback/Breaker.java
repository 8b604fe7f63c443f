package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * What is judged is the server, not how long callers wait for each other or for this process:
 *
 *   answered, slow          counts as slow, unless more than 100 calls were on their way when it
 *                           began: then it waited for those
 *   failed, unanswered      counts as failed, with the same exception if anything was answered since
 *                           it began
 *
 * A count-based window opens the breaker as soon as its rates are too high. A pause of the garbage
 * collector, or the first calls of a cold process, fill such a window at once. So by default there is
 * a window of time, and the breaker opens
 *
 *   when the rates have been too high for as long as the window, or
 *   when nothing was answered for two of the store's timeouts, and the last calls have failed, as
 *   many as the minimum. Each call counts up to its own deadline only: how late it heard that this
 *   has passed is this process's affair.
 */
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

  /** A call that finds more calls on their way than these waits for them. */
  private static final int CROWD = 100;

  private static final long LONGEST_SILENCE_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long NEVER = Long.MIN_VALUE;

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
  private final int minimumCalls;

  /** For how long the rates must be too high; 0 if the window counts calls. */
  private final long windowMicros;

  /** After how long without an answer the store is taken to be down. */
  private final long silenceMicros;

  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final AtomicInteger failedInARow = new AtomicInteger();

  /** When a call was last answered; before the first answer, when the first call began. */
  private volatile long lastAnswer = NEVER;

  /** Since when the rates are too high. */
  private volatile long tooHighSince = NEVER;

  private final AtomicBoolean open = new AtomicBoolean();
  private volatile long openedAt;
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
      Duration timeout,
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
    this.minimumCalls = settings.minimumCalls;
    this.windowMicros = TimeUnit.SECONDS.toMicros(settings.windowSeconds);
    this.silenceMicros =
        Math.min(2 * TimeUnit.NANOSECONDS.toMicros(timeout.toNanos()), LONGEST_SILENCE_MICROS);
    this.probes = settings.probes;
    this.slowProbes = (int) Math.ceil(settings.probes * settings.slowCallRate);
    this.tooSlow =
        new StoreUnavailableException(
            "the store takes more than " + slowMicros / 1_000.0 + " ms to answer", false, null);
    this.suspect = tooSlow;
  }

  private static CircuitBreakerConfig config(FallbackBuilder settings) {
    boolean counts = settings.windowSeconds == 0;
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            counts ? settings.windowCalls : settings.windowSeconds,
            settings.minimumCalls,
            counts ? SlidingWindowType.COUNT_BASED : SlidingWindowType.TIME_BASED,
            SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
        .failureRateThreshold((float) (100 * settings.failureRate))
        .slowCallRateThreshold((float) (100 * settings.slowCallRate))
        .slowCallDurationThreshold(Duration.ofNanos(settings.slowMicros * 1_000))
        .clock(new BreakerClock(settings.timeSource))
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

  /** That the fallback decides, since the breaker opened. Requires that it is open. */
  Status status() {
    Instant since = Instant.EPOCH.plus(openedAt, ChronoUnit.MICROS);
    return new Status.Degraded(since, Objects.requireNonNull(reason().getMessage()));
  }

  /**
   * How long until the store is tried again, or has had the time to answer a probe that is on its
   * way: what a caller may be told to wait.
   */
  long retryAfterMicros() {
    long answered = Math.min(slowMicros, waitMicros);
    return open.get() ? Math.max(nextProbe - time.nowMicros(), answered) : waitMicros;
  }

  /** A call to the store. Of its ends one is called, once. */
  final class Call {
    private final long start = time.nowMicros();
    private final boolean waitsForOthers = onTheirWay.getAndIncrement() >= CROWD;

    private Call() {
      if (lastAnswer == NEVER) {
        lastAnswer = start;
      }
    }

    long start() {
      return start;
    }

    /** It was answered. */
    void answered(long now) {
      onTheirWay.decrementAndGet();
      // One that began before the breaker opened says nothing of the store now.
      if (isClosed()) {
        lastAnswer = now;
        if (failedInARow.get() != 0) {
          failedInARow.set(0);
        }
        long micros = waitsForOthers ? 0 : Math.max(now - start, 0);
        if (micros > slowMicros) {
          suspect = tooSlow;
        }
        breaker.onSuccess(micros, TimeUnit.MICROSECONDS);
        openIfTooHigh(now);
      }
    }

    /** It was not answered, and that was an outage. */
    void failed(Request request, @Nullable Deadline deadline, StoreException outage) {
      onTheirWay.decrementAndGet();
      if (isClosed()) {
        long now = time.nowMicros();
        suspect = outage;
        failed = request;
        boolean inVain = waitsForOthers && outage instanceof StoreTimeoutException;
        if (!inVain || lastAnswer < start) {
          breaker.onError(Math.max(now - start, 0), TimeUnit.MICROSECONDS, outage);
          openIfTooHigh(now);
        }
        long silence = now - lateness(deadline) - lastAnswer;
        if (failedInARow.incrementAndGet() >= minimumCalls
            && windowMicros > 0
            && silence >= (inVain ? LONGEST_SILENCE_MICROS : silenceMicros)) {
          open();
        }
      }
    }

    /** It ended in a way that says nothing of how the store is. */
    void ended() {
      onTheirWay.decrementAndGet();
    }
  }

  Call begin() {
    return new Call();
  }

  private static long lateness(@Nullable Deadline deadline) {
    return deadline == null
        ? 0
        : Math.max(deadline.timeSource().nowMicros() - deadline.micros(), 0);
  }

  private void openIfTooHigh(long now) {
    if (breaker.getState() == State.OPEN) {
      long since = tooHighSince;
      if (windowMicros == 0 || (since != NEVER && now - since >= windowMicros)) {
        open();
      } else {
        countAnew(since == NEVER ? now : since);
      }
    } else if (tooHighSince != NEVER
        && breaker.getMetrics().getNumberOfBufferedCalls() >= minimumCalls) {
      tooHighSince = NEVER;
    }
  }

  private void countAnew(long since) {
    synchronized (breaker) {
      if (!open.get() && breaker.getState() == State.OPEN) {
        tooHighSince = since;
        breaker.transitionToClosedState();
      }
    }
  }

  private void open() {
    synchronized (breaker) {
      if (open.get()) {
        return;
      }
      openedAt = time.nowMicros();
      open.set(true);
      if (breaker.getState() != State.OPEN) {
        breaker.transitionToOpenState();
      }
    }
    opened();
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
      failedInARow.set(0);
      lastAnswer = time.nowMicros();
      tooHighSince = NEVER;
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
