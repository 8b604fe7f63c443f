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

/** Puts a {@link Fallback} together. Not thread-safe. */
public final class FallbackBuilder {
  private static final Duration LEAST = Duration.ofNanos(1_000);
  private static final Duration MOST = Duration.ofHours(1);
  private static final Duration LONGEST_WINDOW = Duration.ofMinutes(10);
  private static final int MOST_CALLS = 1_000_000;
  private static final int MOST_PROBES = 1_000;
  private static final int MOST_INSTANCES = 1_000_000;

  final StateStore store;
  Fallback.Mode mode = Fallback.Mode.LOCAL;
  final Map<String, Fallback.Mode> modes = new HashMap<>();
  @Nullable Fleet told;
  int leastInstances = 1;
  long maximumKeys = 100_000;
  double failureRate = 0.5;
  long slowMicros = 10_000;
  double slowCallRate = 0.8;

  /** How many of the last calls the breaker judges by; 0 if by those of a time. */
  int windowCalls;

  /** By the calls of how many of the last seconds the breaker judges; 0 if by a number of calls. */
  int windowSeconds = 5;

  int minimumCalls = 20;
  long waitMicros = 1_000_000;
  int probes = 3;
  final List<StoreListener> listeners = new ArrayList<>();
  private @Nullable Executor executor;
  TimeSource timeSource = TimeSource.system();

  /** Tests read it. */
  Logger log = LoggerFactory.getLogger(Fallback.class);

  FallbackBuilder(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  // --- who decides, and under what -------------------------------------------------------------

  /**
   * What callers are told during an outage; {@link Fallback.Mode#LOCAL} by default.
   *
   * @param mode for all policies that have none of their own
   * @return this
   */
  public FallbackBuilder mode(Fallback.Mode mode) {
    this.mode = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /**
   * What callers of one policy are told during an outage.
   *
   * @param policyName the policy's name
   * @param mode its mode
   * @return this
   */
  public FallbackBuilder mode(String policyName, Fallback.Mode mode) {
    modes.put(
        Objects.requireNonNull(policyName, "policyName"), Objects.requireNonNull(mode, "mode"));
    return this;
  }

  /**
   * Which instance this is, and of how many. Unless it is said, the store is asked if it is a
   * {@link FleetStore}; else this is taken to be the only one.
   *
   * @param index which of them this is, from 0; no two may have the same
   * @param count how many there are
   * @return this
   * @throws IllegalArgumentException if the index is not below the count
   */
  public FallbackBuilder instance(int index, int count) {
    if (count > MOST_INSTANCES) {
      throw new IllegalArgumentException(
          "count is " + count + "; it must be at most " + MOST_INSTANCES);
    }
    told = Fleet.of(index, count);
    return this;
  }

  /**
   * How many instances there are at least, however few the store names; 1 by default. While it
   * names fewer, permits that do not divide by this number are nobody's.
   *
   * @param instances at least 1
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder leastInstances(int instances) {
    leastInstances = inRange("leastInstances", instances, MOST_INSTANCES);
    return this;
  }

  /**
   * Of how many keys at most the store's last word, the state during an outage, and what the store
   * has to be told are kept; 100,000 by default. A key whose last word was dropped begins an outage
   * with its whole share; what is admitted of keys beyond the maximum the store does not hear of.
   *
   * @param keys from 1 to 2<sup>30</sup>
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder maximumKeys(long keys) {
    maximumKeys = inRange("maximumKeys", keys, 1 << 30);
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
    failureRate = fraction("failureRate", fraction);
    return this;
  }

  /**
   * What is a slow call; more than 10 ms by default. Longer than the store's deadline it has no
   * effect: such calls have failed. Calls that find more than 100 others on their way wait for
   * those, and are not slow.
   *
   * @param duration from 1 microsecond to 1 hour
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder slowCall(Duration duration) {
    slowMicros = micros("slowCall", duration);
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
    slowCallRate = fraction("slowCallRate", fraction);
    return this;
  }

  /**
   * The time by whose calls the breaker judges, and for which their rates must be too high; the
   * last five seconds, as soon as there were 20, by default. Whatever the window, it opens when the
   * last {@code minimumCalls} calls have failed and nothing was answered for two of the store's
   * timeouts.
   *
   * @param time whole seconds, from 1 second to 10 minutes
   * @param minimumCalls how many calls there must have been before the breaker can open, from 1 to
   *     1,000,000
   * @return this
   * @throws IllegalArgumentException if one is out of range
   */
  public FallbackBuilder window(Duration time, int minimumCalls) {
    if (time.getNano() != 0 || time.getSeconds() < 1 || time.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "time is " + time + "; it must be whole seconds, from 1 second to 10 minutes");
    }
    this.minimumCalls = inRange("minimumCalls", minimumCalls, MOST_CALLS);
    this.windowSeconds = (int) time.getSeconds();
    this.windowCalls = 0;
    return this;
  }

  /**
   * The number of the last calls by which the breaker judges, instead of a time: it opens as soon
   * as their rates are too high. Under many calls at once the last calls are those of one moment,
   * and a pause of the garbage collector opens it.
   *
   * @param calls how many of the last calls count, from 1 to 1,000,000
   * @param minimumCalls how many there must have been before the breaker can open, from 1 to {@code
   *     calls}
   * @return this
   * @throws IllegalArgumentException if one is out of range, so that it could never open
   */
  public FallbackBuilder window(int calls, int minimumCalls) {
    inRange("calls", calls, MOST_CALLS);
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
   * How long an open breaker waits before it probes the store; 1 s by default.
   *
   * @param wait from 1 microsecond to 1 hour
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public FallbackBuilder probeAfter(Duration wait) {
    waitMicros = micros("probeAfter", wait);
    return this;
  }

  /**
   * How many probes in a row the store must answer before callers go to it again; 3 unless said
   * otherwise.
   *
   * @param probes from 1 to 1,000
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public FallbackBuilder probes(int probes) {
    this.probes = inRange("probes", probes, MOST_PROBES);
    return this;
  }

  // --- the rest --------------------------------------------------------------------------------

  /**
   * Adds a listener.
   *
   * @param listener is notified of outages
   * @return this
   */
  public FallbackBuilder listener(StoreListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Where listeners are told, one event after another; by default on the library's own executor.
   * {@code Runnable::run} tells them where it happens, which may be a store's I/O thread or the
   * timer of all limiters: then they must be quick.
   *
   * @param executor runs a task at a time; what it rejects, the library's own runs
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
   * The clock by which calls are measured, probes are sent and keys are decided during an outage;
   * the system's by default.
   *
   * @param timeSource the clock
   * @return this
   */
  public FallbackBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Makes the fallback.
   *
   * @return the fallback
   */
  public Fallback build() {
    return new Fallback(this);
  }

  private static int inRange(String what, long value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(what + " is " + value + "; it must be from 1 to " + most);
    }
    return (int) value;
  }

  private static double fraction(String what, double fraction) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          what + " is " + fraction + "; it must be above 0, at most 1");
    }
    return fraction;
  }

  private static long micros(String what, Duration duration) {
    if (duration.compareTo(LEAST) < 0 || duration.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          what + " is " + duration + "; it must be from 1 microsecond to 1 hour");
    }
    return duration.toNanos() / 1_000;
  }
}
