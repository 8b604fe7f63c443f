package io.github.ratelimiter.fallback;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a {@link Fallback}. Every setting has a default. A null argument is refused with a {@link
 * NullPointerException}. Not thread-safe.
 */
public final class FallbackBuilder {
  private static final int MAXIMUM_CALLS = 1_000_000;
  private static final int MAXIMUM_PROBES = 1_000;
  private static final int MAXIMUM_INSTANCES = 1_000_000;
  private static final int MAXIMUM_KEYS = 1 << 30;

  final StateStore store;
  Fallback.Mode mode = Fallback.Mode.LOCAL;
  final Map<String, Fallback.Mode> modes = new HashMap<>();
  @Nullable Fleet instances;
  int leastInstances = 1;
  long maximumKeys = 100_000;
  double failureRate = 0.5;
  long slowMicros = 10_000;
  double slowCallRate = 0.8;

  /** The number of calls in the breaker's window; 0 if it is a window of time. */
  int windowCalls;

  /** The length of the breaker's window; 0 if it counts calls. */
  int windowSeconds = 5;

  int minimumCalls = 20;
  long waitMicros = 1_000_000;
  int probes = 3;
  final List<StoreListener> listeners = new ArrayList<>();
  private @Nullable Executor executor;
  TimeSource timeSource = TimeSource.system();

  /** Tests replace it. */
  Logger log = LoggerFactory.getLogger(Fallback.class);

  FallbackBuilder(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  // --- decisions during an outage --------------------------------------------------------------

  /**
   * Sets the mode of all policies without a mode of their own. Default: {@link
   * Fallback.Mode#LOCAL}.
   *
   * @param mode the mode
   * @return this
   */
  public FallbackBuilder mode(Fallback.Mode mode) {
    this.mode = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /**
   * Sets the mode of one policy. Default: the mode of all policies.
   *
   * @param policyName the name of the policy
   * @param mode the mode
   * @return this
   */
  public FallbackBuilder mode(String policyName, Fallback.Mode mode) {
    modes.put(
        Objects.requireNonNull(policyName, "policyName"), Objects.requireNonNull(mode, "mode"));
    return this;
  }

  /**
   * Sets the index of this instance and the number of instances. Default: learned from the store if
   * it is a {@link FleetStore}; otherwise this is the only instance.
   *
   * @param index the index, from 0; different for each instance
   * @param count the number of instances, from 1 to 1,000,000
   * @return this
   * @throws IllegalArgumentException if the count is out of range, or the index is not below it
   */
  public FallbackBuilder instance(int index, int count) {
    if (count > MAXIMUM_INSTANCES) {
      throw new IllegalArgumentException(
          "count is " + count + "; it must be at most " + MAXIMUM_INSTANCES);
    }
    instances = KnownInstances.numbered(index, count);
    return this;
  }

  /**
   * Sets the minimum number of instances. Default: 1. While the store lists fewer, the limit is
   * divided by this number, and no instance has the remainder.
   *
   * @param instances from 1 to 1,000,000
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder leastInstances(int instances) {
    leastInstances = Ranges.fromOne("leastInstances", instances, MAXIMUM_INSTANCES);
    return this;
  }

  /**
   * Sets the maximum number of keys that are tracked. Default: 100,000. It bounds the last known
   * states, the local states during an outage and the pending usage. A key without a last known
   * state starts an outage with its whole share. For keys beyond the maximum the store is not
   * charged.
   *
   * @param keys from 1 to 2<sup>30</sup>
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder maximumKeys(long keys) {
    maximumKeys = Ranges.fromOne("maximumKeys", keys, MAXIMUM_KEYS);
    return this;
  }

  // --- the circuit breaker ---------------------------------------------------------------------

  /**
   * Sets the part of the calls in the window that must fail for the breaker to open. Default: 0.5.
   *
   * @param fraction above 0, at most 1
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder failureRate(double fraction) {
    failureRate = Ranges.fraction("failureRate", fraction);
    return this;
  }

  /**
   * Sets the time after which a call is slow. Default: 10 ms. It should be less than the timeout of
   * the store, because a call that times out has failed. A call that starts while more than 100
   * others are in flight is never slow.
   *
   * @param duration from 1 microsecond to 1 hour
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder slowCall(Duration duration) {
    slowMicros = Ranges.micros("slowCall", duration);
    return this;
  }

  /**
   * Sets the part of the calls in the window that must be slow for the breaker to open. Default:
   * 0.8.
   *
   * @param fraction above 0, at most 1
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder slowCallRate(double fraction) {
    slowCallRate = Ranges.fraction("slowCallRate", fraction);
    return this;
  }

  /**
   * Sets a window of time. Default: 5 s and 20 calls. The breaker opens when the rates have been
   * too high for this time. With any window of time, it also opens when the last {@code
   * minimumCalls} calls have failed and none was answered for two timeouts of the store.
   *
   * @param time whole seconds, from 1 second to 10 minutes
   * @param minimumCalls the number of calls in the window before the breaker can open, from 1 to
   *     1,000,000
   * @return this
   * @throws IllegalArgumentException if one is out of range
   */
  public FallbackBuilder window(Duration time, int minimumCalls) {
    int seconds = Ranges.windowSeconds(time);
    this.minimumCalls = Ranges.fromOne("minimumCalls", minimumCalls, MAXIMUM_CALLS);
    this.windowSeconds = seconds;
    this.windowCalls = 0;
    return this;
  }

  /**
   * Sets a window of calls, instead of a window of time. The breaker opens as soon as the rates are
   * too high. If there are many calls at once, the last calls are all from one moment, and a
   * garbage collection pause opens the breaker.
   *
   * @param calls the number of calls in the window, from 1 to 1,000,000
   * @param minimumCalls the number of calls before the breaker can open, from 1 to {@code calls}
   * @return this
   * @throws IllegalArgumentException if one is out of range
   */
  public FallbackBuilder window(int calls, int minimumCalls) {
    Ranges.fromOne("calls", calls, MAXIMUM_CALLS);
    if (minimumCalls < 1 || minimumCalls > calls) {
      throw new IllegalArgumentException(
          "minimumCalls is "
              + minimumCalls
              + "; it must be from 1 to the window's "
              + calls
              + " calls, or the breaker could never open");
    }
    this.windowCalls = calls;
    this.windowSeconds = 0;
    this.minimumCalls = minimumCalls;
    return this;
  }

  /**
   * Sets the time after which an open breaker probes the store. Default: 1 s.
   *
   * @param wait from 1 microsecond to 1 hour
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder probeAfter(Duration wait) {
    waitMicros = Ranges.micros("probeAfter", wait);
    return this;
  }

  /**
   * Sets the number of probes in a row that the store must answer for the breaker to close.
   * Default: 3.
   *
   * @param probes from 1 to 1,000
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder probes(int probes) {
    this.probes = Ranges.fromOne("probes", probes, MAXIMUM_PROBES);
    return this;
  }

  // --- the rest --------------------------------------------------------------------------------

  /**
   * Adds a listener. Default: none.
   *
   * @param listener is notified of outages
   * @return this
   */
  public FallbackBuilder listener(StoreListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Sets the executor that notifies listeners, of one event after another. Default: the executor of
   * the library. With {@code Runnable::run}, listeners run where the event happens. This may be an
   * I/O thread of the store or the timer of all limiters, so they must not block.
   *
   * @param executor runs one task at a time; if it rejects a task, the executor of the library runs
   *     it
   * @return this
   */
  public FallbackBuilder executor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  Executor executor() {
    return executor == null ? timeSource.executor() : executor;
  }

  /**
   * Sets the clock. Default: {@link TimeSource#system()}. It measures calls, sends probes and
   * decides during an outage.
   *
   * @param timeSource the clock
   * @return this
   */
  public FallbackBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Builds the fallback.
   *
   * @return a new fallback
   */
  public Fallback build() {
    return new Fallback(this);
  }
}
