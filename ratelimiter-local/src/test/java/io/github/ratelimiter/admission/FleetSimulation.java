package io.github.ratelimiter.admission;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.Source;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Several instances with a cache each, one store far away, and a log of all that was admitted. */
final class FleetSimulation {
  /** Permits admitted at an instant: at the store, or here from a lease. */
  record Admitted(long at, long permits) {}

  final ManualTimeSource clock = ManualTimeSource.create();
  final List<Admitted> log = new ArrayList<>();
  long calls;
  long hits;
  long storeCalls;
  private final StateStore store = LocalStateStore.builder().timeSource(clock).build();
  private final List<AdmissionCache> instances = new ArrayList<>();
  private final Map<Decision, Long> decidedAt = new IdentityHashMap<>();

  /** Whoever asks, when and for how much, does not depend on what the network does. */
  private final Random demand;

  private final Random network;
  private final int maxDelayMicros;

  FleetSimulation(long seed, int instances, int maxDelayMicros, Duration lease, boolean strict) {
    this.demand = new Random(seed);
    this.network = new Random(~seed);
    this.maxDelayMicros = maxDelayMicros;
    for (int i = 0; i < instances; i++) {
      this.instances.add(
          AdmissionCache.around(new FarStore())
              .timeSource(clock)
              .lease(lease)
              .strict(strict)
              .build());
    }
  }

  /** The store behind a network: requests and replies take their time, and overtake each other. */
  private final class FarStore implements StateStore {
    @Override
    public CompletionStage<Decision> decide(Request request) {
      storeCalls++;
      return clock
          .after(network.nextInt(maxDelayMicros + 1))
          .thenCompose(
              arrived -> {
                long at = clock.nowMicros();
                Decision decision = store.decide(request).toCompletableFuture().join();
                return clock
                    .after(network.nextInt(maxDelayMicros + 1))
                    .thenApply(
                        replied -> {
                          // A decision of its own identity, to find its instant by.
                          Decision own = decision.withSource(Source.STORE);
                          decidedAt.put(own, at);
                          return own;
                        });
              });
    }
  }

  /** Demand that comes as a Poisson stream, permits a second, for so long. */
  void run(Policy policy, double permitsPerSecond, int mostPermits, Duration time) {
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
    AdmissionCache instance = instances.get(demand.nextInt(instances.size()));
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

  void forgetCounts() {
    log.clear();
    calls = 0;
    hits = 0;
    storeCalls = 0;
  }

  long admitted() {
    return log.stream().mapToLong(Admitted::permits).sum();
  }
}
