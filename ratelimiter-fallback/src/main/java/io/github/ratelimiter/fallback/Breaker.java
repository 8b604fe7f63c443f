package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * The breaker judges the server, and not how long callers wait for each other or for this process:
 *
 *   answered, slow    counts as slow, unless more than 100 calls were in flight when it started;
 *                     then it waited for those
 *   timed out         counts as failed, with the same exception if the store has answered since it
 *                     started
 *   charge answered   shows that the store answers, and is not counted
 *
 * It opens
 *
 *   when the rates in the window are too high (CallStatistics), or
 *   when nothing was answered for two timeouts of the store, and the last calls have failed, as many
 *   as the minimum. A call counts until its own deadline; how late the failure is noticed depends
 *   on this process.
 */
/**
 * A circuit breaker. While it is closed, callers go to the store; while it is open, they do not,
 * and probes find out when the store answers again. Thread-safe.
 */
final class Breaker {
  /** A call that starts while this many are in flight waits for them. */
  private static final int MANY_IN_FLIGHT = 100;

  private static final long MAXIMUM_SILENCE_MICROS = TimeUnit.SECONDS.toMicros(1);
  private static final long NEVER = Long.MIN_VALUE;

  private final CallStatistics statistics;
  private final Probes probes;
  private final TimeSource time;
  private final Events events;
  private final Runnable onClosed;
  private final long slowMicros;
  private final long waitMicros;
  private final int minimumCalls;
  private final StoreException slowReason;

  /** The store is down if it answers no call for this time. */
  private final long silenceMicros;

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger failedInRow = new AtomicInteger();

  /** When the store last answered; before the first answer, when the first call started. */
  private volatile long lastAnswer = NEVER;

  private final Object lock = new Object();
  private volatile boolean open;
  private volatile long openedAt;
  private volatile StoreException reason;
  private volatile @Nullable Request lastFailedRequest;

  /**
   * Creates a closed breaker.
   *
   * @param onClosed is run when the breaker closes after an outage
   */
  Breaker(FallbackBuilder settings, StoreAccess store, Events events, Runnable onClosed) {
    this.statistics = new CallStatistics(settings);
    this.probes = new Probes(settings, this, store, events);
    this.time = settings.timeSource;
    this.events = events;
    this.onClosed = onClosed;
    this.slowMicros = settings.slowMicros;
    this.waitMicros = settings.waitMicros;
    this.minimumCalls = settings.minimumCalls;
    this.silenceMicros = Math.min(2 * store.timeoutMicros(), MAXIMUM_SILENCE_MICROS);
    this.slowReason =
        new StoreUnavailableException(
            "the store takes more than " + slowMicros / 1_000.0 + " ms to answer", false, null);
    this.reason = slowReason;
  }

  /** Returns whether callers go to the store. */
  boolean isClosed() {
    return !open;
  }

  /** Returns the last failure, or that the store is slow. */
  StoreException reason() {
    return reason;
  }

  /** Returns the status since the breaker opened. Requires that it is open. */
  Status status() {
    Instant since = Instant.EPOCH.plus(openedAt, ChronoUnit.MICROS);
    return new Status.Degraded(since, Objects.requireNonNull(reason().getMessage()));
  }

  /**
   * Returns the time until the store is tried again, in microseconds. While a probe is in flight,
   * this is the time that the store has to answer it.
   */
  long retryAfterMicros() {
    long answerMicros = Math.min(slowMicros, waitMicros);
    return open ? Math.max(probes.nextMicros() - time.nowMicros(), answerMicros) : waitMicros;
  }

  // --- calls -----------------------------------------------------------------------------------

  /** Starts a call to the store. */
  Call begin() {
    return new Call();
  }

  /** The store has answered a charge. */
  void chargeAnswered() {
    if (isClosed()) {
      alive(time.nowMicros());
    }
  }

  private void alive(long now) {
    lastAnswer = now;
    if (failedInRow.get() != 0) {
      failedInRow.set(0);
    }
  }

  /** A call to the store. Exactly one of its methods that end it is called, once. */
  final class Call {
    private final long start = time.nowMicros();
    private final boolean waitsForOthers = inFlight.getAndIncrement() >= MANY_IN_FLIGHT;

    private Call() {
      if (lastAnswer == NEVER) {
        lastAnswer = start;
      }
    }

    long start() {
      return start;
    }

    /** The store has answered. */
    void answered(long now) {
      inFlight.decrementAndGet();
      // If the breaker is open, the call started before that, and says nothing about the store now.
      if (isClosed()) {
        alive(now);
        long micros = waitsForOthers ? 0 : Math.max(now - start, 0);
        if (micros > slowMicros) {
          storeIsSlow();
        }
        statistics.answered(micros);
        openIfRatesTooHigh(now);
      }
    }

    /** The store has not answered because of an outage. */
    void failed(Request request, @Nullable Deadline deadline, StoreException outage) {
      inFlight.decrementAndGet();
      if (isClosed()) {
        long now = time.nowMicros();
        storeFailed(outage);
        lastFailedRequest = request;
        boolean waitedInVain = waitsForOthers && outage instanceof StoreTimeoutException;
        if (!waitedInVain || lastAnswer < start) {
          statistics.failed(Math.max(now - start, 0), outage);
          openIfRatesTooHigh(now);
        }
        long silence = now - lateness(deadline) - lastAnswer;
        if (failedInRow.incrementAndGet() >= minimumCalls
            && statistics.isWindowOfTime()
            && silence >= (waitedInVain ? MAXIMUM_SILENCE_MICROS : silenceMicros)) {
          open();
        }
      }
    }

    /** The call has ended in a way that says nothing about the store. */
    void ended() {
      inFlight.decrementAndGet();
    }
  }

  private static long lateness(@Nullable Deadline deadline) {
    return deadline == null
        ? 0
        : Math.max(deadline.timeSource().nowMicros() - deadline.micros(), 0);
  }

  private void openIfRatesTooHigh(long now) {
    if (statistics.mustOpen(now)) {
      open();
    }
  }

  private void open() {
    synchronized (lock) {
      if (open) {
        return;
      }
      openedAt = time.nowMicros();
      open = true;
      statistics.stop();
    }
    opened();
  }

  private void opened() {
    probes.schedule();
    events.opened(reason);
  }

  // --- probes ----------------------------------------------------------------------------------

  /** Returns the last request that failed; null if none did since the breaker closed. */
  @Nullable Request lastFailedRequest() {
    return lastFailedRequest;
  }

  void storeIsSlow() {
    reason = slowReason;
  }

  void storeFailed(StoreException outage) {
    reason = outage;
  }

  /** A series of probes has failed: the breaker stays open. */
  void probesFailed() {
    opened();
  }

  /** The store has answered a series of probes: the breaker closes. */
  void probesAnswered() {
    lastFailedRequest = null;
    failedInRow.set(0);
    lastAnswer = time.nowMicros();
    statistics.restart();
    open = false;
    events.closed();
    onClosed.run();
  }

  /** Sends no more probes. */
  void close() {
    probes.close();
  }
}
