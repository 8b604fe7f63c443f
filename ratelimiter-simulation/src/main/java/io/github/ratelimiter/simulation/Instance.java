package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.RateLimiterBuilder;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.fallback.FallbackBuilder;
import io.github.ratelimiter.redis.ShardBridge;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A process of the application, with its limiter. */
final class Instance {
  private record Name(String key, Policy policy) {}

  private final World world;
  private final int slot;
  private final String name;
  private final VirtualProcess process;
  private final Transport transport;
  private final Shares shares;
  private final Leases leases = new Leases();
  private final List<Call> calls = new ArrayList<>();
  private final Reports reports = new Reports();
  private final Map<Name, Acquirer> acquirers = new HashMap<>();
  private final RateLimiter limiter;
  private @Nullable StateStore cache;
  private Policy policy;
  private boolean closed;

  Instance(World world, int slot, int generation) {
    Setup setup = world.setup();
    this.world = world;
    this.slot = slot;
    this.name = "instance-" + slot + "-" + generation;
    this.process = new VirtualProcess(world.time(), setup.offsets().get(slot));
    this.policy = setup.versions().get(0);
    this.shares = new Shares(world.time(), setup);
    this.transport = new Transport(world, this);
    RateLimiterBuilder builder =
        RateLimiter.builder()
            .store(world.wrapper().wrap(sharded(transport), process))
            .policies(key -> policy)
            .timeSource(process);
    if (setup.fallenBack()) {
      builder.wrap(this::fallback);
    }
    if (setup.cached().get(slot)) {
      builder.wrap(this::cache);
    }
    this.limiter = builder.build();
    limiter.addObserver(reports);
  }

  private StateStore sharded(StateStore store) {
    Setup setup = world.setup();
    return setup.shards() == 1
        ? store
        : new ShardBridge(
            store,
            setup.shards(),
            parts -> Seeds.random(setup.seed(), 8, slot, world.now()).nextInt(parts));
  }

  private StateStore fallback(StateStore store) {
    Setup setup = world.setup();
    FallbackBuilder builder =
        Fallback.around(store).mode(setup.mode()).timeSource(process).listener(this::onEvent);
    if (!setup.learning()) {
      builder.instance(slot, setup.instances());
    }
    if (setup.small()) {
      builder.window(10, 5);
    }
    return builder.build();
  }

  private StateStore cache(StateStore store) {
    Setup setup = world.setup();
    StateStore cache =
        AdmissionCache.around(store)
            .lease(Duration.ofNanos(setup.leaseMicros() * 1_000))
            .share(setup.share())
            .timeSource(process)
            .build();
    this.cache = cache;
    return cache;
  }

  /** Takes permits. With a cache, every second call is one of a limiter for the key. */
  CompletableFuture<Decision> acquire(Call call) {
    Acquirer acquirer = calls.size() % 2 == 0 ? acquirer(call.key()) : null;
    Decision decision = acquirer == null ? null : acquirer.tryAcquire(call.permits());
    if (decision == null) {
      return limiter.async().tryAcquire(call.key(), call.permits());
    }
    reports.bypassed();
    return CompletableFuture.completedFuture(decision);
  }

  private @Nullable Acquirer acquirer(String key) {
    StateStore store = cache;
    return store == null
        ? null
        : acquirers.computeIfAbsent(
            new Name(key, policy), name -> store.acquirer(name.key, name.policy));
  }

  private void onEvent(StoreEvent event) {
    if (event instanceof StoreEvent.FallbackDecided decided
        && decided.request() instanceof Request.Refund refund) {
      world.recorder().refundedByFallback(this, refund);
    } else if (event instanceof StoreEvent.BreakerOpened opened) {
      world.counts().add(Kind.BREAKER_OPENED);
      world.journal().note(() -> name + " opens its breaker: " + opened.reason().getMessage());
      shares.opened();
    } else if (event instanceof StoreEvent.BreakerClosed) {
      world.counts().add(Kind.BREAKER_CLOSED);
      world.journal().note(() -> name + " closes its breaker");
      shares.closed();
    }
  }

  int slot() {
    return slot;
  }

  String name() {
    return name;
  }

  VirtualProcess process() {
    return process;
  }

  RateLimiter limiter() {
    return limiter;
  }

  Shares shares() {
    return shares;
  }

  Leases leases() {
    return leases;
  }

  Reports reports() {
    return reports;
  }

  List<Call> calls() {
    return calls;
  }

  Policy policy() {
    return policy;
  }

  /** Sets the policy version for later calls of this instance. */
  void deploy(Policy version) {
    policy = version;
  }

  /** Called when the server has answered about a key. */
  void heardOf(Executed executed) {
    KeyHistory.Name name = KeyHistory.Name.of(executed.request());
    boolean ofPart = world.setup().shards() > 1 && name.policy().startsWith(policy.name());
    shares.heardOf(ofPart ? new KeyHistory.Name(policy.name(), name.key()) : name);
  }

  /** Called when the server has reported the number of instances. */
  void told(int instances) {
    shares.told(instances);
  }

  /** Returns whether the application can call it. */
  boolean isUp() {
    return process.isRunning() && !closed;
  }

  boolean isClosed() {
    return closed;
  }

  void cut() {
    transport.cut();
  }

  void close() {
    closed = true;
    limiter.close();
    transport.close();
  }

  /** Returns the last call that was granted and may be refunded. */
  Optional<Call> lastGranted(String key) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      if (call.key().equals(key) && call.canBeRefunded(policy)) {
        return Optional.of(call);
      }
    }
    return Optional.empty();
  }
}
