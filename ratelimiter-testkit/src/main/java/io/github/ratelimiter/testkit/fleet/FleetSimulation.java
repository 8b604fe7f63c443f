package io.github.ratelimiter.testkit.fleet;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Several instances that share one remote store, and a log of all admitted permits. Not
 * thread-safe: one thread advances the clock, and everything runs on it.
 */
public final class FleetSimulation {
  /**
   * Permits admitted at an instant.
   *
   * @param at the instant of the store's decision, or of the instance's if the store was not
   *     involved
   * @param permits how many
   */
  public record Admitted(long at, long permits) {}

  private final ManualTimeSource clock;
  private final List<Admitted> log = new ArrayList<>();
  private final StateStore store;
  private final List<StateStore> instances = new ArrayList<>();
  private final IdentityHashMap<Decision, Long> decidedAt = new IdentityHashMap<>();
  private long calls;
  private long hits;
  private long storeCalls;

  /** The demand does not depend on the network: callers, times and numbers are the same. */
  private final Random demand;

  private final Random network;
  private final int maxDelayMicros;

  /**
   * Creates a fleet.
   *
   * @param seed the same seed gives the same requests at the same instants
   * @param clock the clock of the store and of the instances
   * @param store makes the final decisions
   * @param instances the number of instances
   * @param maxDelayMicros the longest delay of a request or a reply
   * @param instance creates an instance around its view of the store
   */
  public FleetSimulation(
      long seed,
      ManualTimeSource clock,
      StateStore store,
      int instances,
      int maxDelayMicros,
      UnaryOperator<StateStore> instance) {
    this.demand = new Random(seed);
    this.network = new Random(~seed);
    this.clock = clock;
    this.store = store;
    this.maxDelayMicros = maxDelayMicros;
    for (int i = 0; i < instances; i++) {
      this.instances.add(instance.apply(new FarStore()));
    }
  }

  /** The store behind a network. Requests and replies are delayed and can overtake each other. */
  private final class FarStore implements StateStore {
    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      storeCalls++;
      return clock
          .after(network.nextInt(maxDelayMicros + 1))
          .thenCompose(
              arrived -> {
                long at = clock.nowMicros();
                Decision decision = store.decide(request, deadline).toCompletableFuture().join();
                return clock
                    .after(network.nextInt(maxDelayMicros + 1))
                    .thenApply(
                        replied -> {
                          // A distinct object, to find its instant by.
                          Decision own = StoreDecision.of(decision).withSource(Source.STORE);
                          decidedAt.put(own, at);
                          return own;
                        });
              });
    }
  }

  /**
   * Runs demand that arrives as a Poisson stream.
   *
   * @param policy the policy of the one key
   * @param permitsPerSecond the average demand
   * @param mostPermits the most permits of one call
   * @param time how long
   */
  public void run(Policy policy, double permitsPerSecond, int mostPermits, Duration time) {
    long end = clock.nowMicros() + time.toNanos() / 1_000;
    double mean = 1e6 * (1 + mostPermits) / 2 / permitsPerSecond;
    double next = clock.nowMicros();
    while (next < end) {
      next += -Math.log(1 - demand.nextDouble()) * mean;
      clock.advance(Duration.ofNanos(Math.max((long) next - clock.nowMicros(), 0) * 1_000));
      call(policy, 1 + demand.nextInt(mostPermits));
    }
  }

  private void call(Policy policy, long permits) {
    StateStore instance = instances.get(demand.nextInt(instances.size()));
    Request request = new Request.Acquire("key", policy, permits);
    calls++;
    Decision decision = instance.tryDecide(request);
    if (decision != null) {
      hits++;
      admit(decision, permits);
    } else {
      CompletableFuture<Decision> later = instance.decide(request).toCompletableFuture();
      later.thenAccept(d -> admit(d, permits));
    }
  }

  private void admit(Decision decision, long permits) {
    if (decision.allowed()) {
      Long at = decidedAt.remove(decision);
      log.add(new Admitted(at == null ? clock.nowMicros() : at, permits));
    }
  }

  /** Clears the log and the counts. */
  public void forgetCounts() {
    log.clear();
    calls = 0;
    hits = 0;
    storeCalls = 0;
  }

  /**
   * Returns what all instances admitted.
   *
   * @return in the order of the instants
   */
  public List<Admitted> log() {
    return log.stream().sorted(Comparator.comparingLong(Admitted::at)).toList();
  }

  /**
   * Returns the number of admitted permits.
   *
   * @return permits
   */
  public long admitted() {
    return log.stream().mapToLong(Admitted::permits).sum();
  }

  /**
   * Returns the number of calls.
   *
   * @return calls
   */
  public long calls() {
    return calls;
  }

  /**
   * Returns the number of calls that an instance decided by itself.
   *
   * @return calls
   */
  public long hits() {
    return hits;
  }

  /**
   * Returns the number of requests to the store.
   *
   * @return requests
   */
  public long storeCalls() {
    return storeCalls;
  }
}
