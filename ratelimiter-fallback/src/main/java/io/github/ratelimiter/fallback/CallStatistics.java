package io.github.ratelimiter.fallback;

import io.github.ratelimiter.StoreException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/*
 * A window of calls opens the breaker as soon as its rates are too high. A garbage collection pause,
 * or the first calls of a process, fill such a window immediately. So the default is a window of
 * time, and the rates must be too high for as long as the window.
 */
/**
 * The rates of failed and slow calls in a sliding window. The rates are computed by the library's
 * circuit breaker; it is open when they are too high. Thread-safe.
 */
final class CallStatistics {
  private static final long NEVER = Long.MIN_VALUE;

  private final CircuitBreaker window;
  private final int minimumCalls;

  /** The time for which the rates must be too high; 0 if the window counts calls. */
  private final long windowMicros;

  /** Since when the rates are too high. */
  private volatile long tooHighSince = NEVER;

  /** Guarded by the window's lock. */
  private boolean stopped;

  CallStatistics(FallbackBuilder settings) {
    this.window = CircuitBreaker.of("store", config(settings));
    this.minimumCalls = settings.minimumCalls;
    this.windowMicros = TimeUnit.SECONDS.toMicros(settings.windowSeconds);
  }

  private static CircuitBreakerConfig config(FallbackBuilder settings) {
    boolean countsCalls = settings.windowSeconds == 0;
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            countsCalls ? settings.windowCalls : settings.windowSeconds,
            settings.minimumCalls,
            countsCalls ? SlidingWindowType.COUNT_BASED : SlidingWindowType.TIME_BASED,
            SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
        .failureRateThreshold((float) (100 * settings.failureRate))
        .slowCallRateThreshold((float) (100 * settings.slowCallRate))
        .slowCallDurationThreshold(Duration.ofNanos(settings.slowMicros * 1_000))
        .clock(new BreakerClock(settings.timeSource))
        .build();
  }

  boolean isWindowOfTime() {
    return windowMicros > 0;
  }

  void answered(long tookMicros) {
    window.onSuccess(tookMicros, TimeUnit.MICROSECONDS);
  }

  void failed(long tookMicros, StoreException failure) {
    window.onError(tookMicros, TimeUnit.MICROSECONDS, failure);
  }

  /** Returns whether the rates have been too high for long enough. */
  boolean mustOpen(long nowMicros) {
    if (window.getState() == State.OPEN) {
      long since = tooHighSince;
      if (windowMicros == 0 || (since != NEVER && nowMicros - since >= windowMicros)) {
        return true;
      }
      countAgain(since == NEVER ? nowMicros : since);
    } else if (tooHighSince != NEVER
        && window.getMetrics().getNumberOfBufferedCalls() >= minimumCalls) {
      tooHighSince = NEVER;
    }
    return false;
  }

  private void countAgain(long since) {
    synchronized (window) {
      if (!stopped && window.getState() == State.OPEN) {
        tooHighSince = since;
        window.transitionToClosedState();
      }
    }
  }

  /** Stops counting. */
  void stop() {
    synchronized (window) {
      stopped = true;
      if (window.getState() != State.OPEN) {
        window.transitionToOpenState();
      }
    }
  }

  /** Starts to count again, from no calls. Requires that the count was stopped. */
  void restart() {
    synchronized (window) {
      tooHighSince = NEVER;
      window.transitionToClosedState();
      stopped = false;
    }
  }
}
