package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many instances in one outage. */
class FleetTest {
  private static final int KEYS = 200;

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final List<FaultyStore> stores = new ArrayList<>();
  private final List<Fallback> fallbacks = new ArrayList<>();

  /** Instances around one store, each with a connection of its own that can fail. */
  private void start(int instances) {
    List<String> names = IntStream.range(0, instances).mapToObj(i -> "instance " + i).toList();
    FaultyStore shared = new FaultyStore(clock);
    for (String name : names) {
      FaultyStore connection = new FaultyStore(clock, shared.store);
      connection.fleet = Optional.of(new Fleet(name, names));
      stores.add(connection);
      fallbacks.add(Fallback.around(connection).window(2, 1).timeSource(clock).build());
    }
  }

  /** All that a key gets from all instances at one moment. */
  private long admitted(Policy policy, String key) {
    return fallbacks.stream().mapToLong(fallback -> admitted(policy, key, fallback)).sum();
  }

  private static long admitted(Policy policy, String key, Fallback fallback) {
    RateLimiter limiter = RateLimiter.of(policy, fallback);
    long sum = 0;
    while (limiter.tryAcquire(key).allowed()) {
      sum++;
    }
    return sum;
  }

  private long used(Policy policy, String key) {
    Decision state = stores.get(0).store.tryDecide(new Request.Peek(key, policy, 1));
    return policy.limits().get(0).capacity() - state.limits().get(0).remaining();
  }

  @ParameterizedTest
  @CsvSource({
    "10, 5/min",
    "3, 7/min",
    "10, 103/min",
    "4, 100/min burst 9",
    "10, 7/min; fixed-window 5/min",
    "7, sliding-log 20/min",
    "7, fixed-window 20/week from Sunday in America/New_York",
    "7, sliding-window 20/min",
    "1, leaky-bucket 10/min"
  })
  @DisplayName("together they admit exactly the limit, and charge the store for it")
  void together(int instances, String text) {
    Policy policy = Policy.parse("test", text);
    long limit = policy.limits().stream().mapToLong(some -> some.capacity()).min().orElseThrow();
    start(instances);
    stores.forEach(FaultyStore::down);
    for (int i = 0; i < KEYS; i++) {
      assertThat(admitted(policy, "k" + i)).as("k%s", i).isEqualTo(limit);
    }
    stores.forEach(FaultyStore::up);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < KEYS; i++) {
      // All of it, and what came back in the second is not more than one permit.
      assertThat(used(policy, "k" + i)).isBetween(limit - 2, limit);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, 900, 1_200})
  @DisplayName("together they admit the limit, at whatever moments they notice that it is over")
  void oneAfterTheOther(int millis) {
    Policy policy = Policy.parse("test", "fixed-window 100/day");
    start(4);
    stores.forEach(FaultyStore::down);
    long sum = 0;
    for (Fallback fallback : fallbacks.subList(0, 3)) {
      sum += admitted(policy, "k", fallback);
    }
    for (FaultyStore store : stores) {
      store.up();
      clock.advance(Duration.ofMillis(millis));
      for (Fallback fallback : fallbacks) {
        sum += admitted(policy, "k", fallback);
      }
    }
    assertThat(sum).isEqualTo(100);
    clock.advance(Duration.ofSeconds(10));
    assertThat(admitted(policy, "k")).isZero();
    assertThat(used(policy, "k")).isEqualTo(100);
  }

  @Test
  @DisplayName("what the share allows and the store does not is given back to the share")
  void givenBack() {
    Policy policy = Policy.parse("test", "fixed-window 100/day");
    start(2);
    RateLimiter first = RateLimiter.of(policy, fallbacks.get(0));
    stores.forEach(FaultyStore::down);
    first.tryAcquire("k", 30);
    stores.forEach(FaultyStore::up);
    clock.advance(Duration.ofSeconds(1));
    Request.Charge others = new Request.Charge("k", policy, List.of(60L));
    stores.get(0).store.tryDecide(others);
    assertThat(first.tryAcquire("k", 15).source())
        .as("the store has 10 left")
        .isEqualTo(Source.STORE);
    assertThat(first.tryAcquire("k", 21).source())
        .as("the share has 20 left")
        .isEqualTo(Source.FALLBACK);
    assertThat(first.tryAcquire("k", 10).allowed()).isTrue();
  }

  @Test
  @DisplayName("what a share has regained of a call meanwhile is not given back once more")
  void givenBackOnce() {
    Policy policy = Policy.parse("test", "100/s");
    start(2);
    Fallback first = fallbacks.get(0);
    stores.forEach(FaultyStore::down);
    assertThat(admitted(policy, "other", first)).isEqualTo(50);
    stores.forEach(FaultyStore::up);
    clock.advance(Duration.ofSeconds(1));
    stores.forEach(FaultyStore::hang);
    List<CompletableFuture<Decision>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Request request = new Request.Acquire("k", policy, 16);
      Deadline deadline = Deadline.after(FaultyStore.DEADLINE, clock);
      calls.add(first.decide(request, deadline).toCompletableFuture());
    }
    clock.advance(FaultyStore.DEADLINE);
    assertThat(calls).allMatch(call -> call.join().source() == Source.FALLBACK);
    long granted = calls.stream().filter(call -> call.join().allowed()).count();
    assertThat(16 * granted + admitted(policy, "k", first)).isBetween(32L, 50L);
  }

  @Test
  @DisplayName("what was used before the outage counts, for the instances that knew")
  void goingOn() {
    Policy policy = Policy.parse("test", "fixed-window 100/h");
    start(4);
    for (Fallback fallback : fallbacks) {
      RateLimiter.of(policy, fallback).tryAcquire("k", 15);
    }
    stores.forEach(FaultyStore::down);
    // Their last known states have 85, 70, 55 and 40 left, so they admit 21, 17, 13 and 10.
    assertThat(admitted(policy, "k")).isEqualTo(61);
    stores.forEach(FaultyStore::up);
    clock.advance(Duration.ofSeconds(1));
    assertThat(used(policy, "k")).as("bounded by the limit").isEqualTo(100);
  }

  @Test
  @DisplayName("what does not divide goes to each instance for about as many keys")
  void spread() {
    start(10);
    stores.forEach(FaultyStore::down);
    Policy policy = Policy.parse("test", "5/min");
    for (Fallback fallback : fallbacks) {
      RateLimiter limiter = RateLimiter.of(policy, fallback);
      long keys =
          IntStream.range(0, 1_000).filter(i -> limiter.tryAcquire("k" + i).allowed()).count();
      assertThat(keys).isBetween(400L, 600L);
    }
  }

  @Test
  @DisplayName("the order of a key's instances is the same in every process and version")
  void stableOrder() {
    List<Integer> ranks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ranks.add(Shares.rank(KnownInstances.numbered(i, 6), "default", "user:42"));
    }
    assertThat(new TreeSet<>(ranks)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(ranks).containsExactly(RANKS);
  }

  private static final Integer[] RANKS = {2, 0, 4, 3, 1, 5};

  @Test
  @DisplayName("if the instances have no names, no instance has the remainder")
  void unknown() {
    for (int i = 0; i < 4; i++) {
      FaultyStore store = new FaultyStore(clock);
      stores.add(store);
      fallbacks.add(
          Fallback.around(store).leastInstances(4).window(2, 1).timeSource(clock).build());
      store.down();
    }
    assertThat(admitted(Policy.parse("test", "10/min"), "k")).isEqualTo(8);
  }

  @Test
  @DisplayName("fewer are known than there must be")
  void leastInstances() {
    FaultyStore store = new FaultyStore(clock);
    store.fleet = Optional.of(new Fleet("a", List.of("a", "b")));
    Fallback fallback = Fallback.around(store).leastInstances(5).timeSource(clock).build();
    store.down();
    assertThat(RateLimiter.of(Policy.parse("test", "12/min"), fallback).peek("k").remaining())
        .isEqualTo(2);
  }

  @Test
  @DisplayName("configured instances have precedence over learned ones")
  void told() {
    FaultyStore store = new FaultyStore(clock);
    store.fleet = Optional.of(new Fleet("a", List.of("a", "b")));
    Fallback fallback = Fallback.around(store).instance(0, 4).timeSource(clock).build();
    store.down();
    assertThat(RateLimiter.of(Policy.parse("test", "100/min"), fallback).peek("k").remaining())
        .isEqualTo(25);
  }

  @Test
  @DisplayName(
      "a store that has not listed the instances yet: the log says so at the first decision")
  void neverListed() {
    Logged logged = new Logged();
    FaultyStore store = new FaultyStore(clock);
    FallbackBuilder builder = Fallback.around(store).window(2, 1).timeSource(clock);
    builder.log = logged.logger();
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", "100/min"), builder.build());
    limiter.tryAcquire("k");
    assertThat(logged.lines()).isEmpty();
    store.down();
    limiter.tryAcquire("k");
    limiter.tryAcquire("k");
    assertThat(logged.lines())
        .filteredOn(
            line -> line.contains("The number of instances that share the store is unknown"))
        .hasSize(1);
  }

  @Test
  @DisplayName("a store that never lists instances: the log says so at the start")
  void cannotBeListed() {
    Logged logged = new Logged();
    FallbackBuilder builder = Fallback.around(new FaultyStore(clock).store);
    builder.log = logged.logger();
    builder.build();
    assertThat(logged.lines()).hasSize(1).first().asString().contains("The number of instances");
  }

  @Test
  @DisplayName("the instances are learned through any number of wrappers")
  void wrapped() {
    FaultyStore store = new FaultyStore(clock);
    store.fleet = Optional.of(new Fleet("a", List.of("a", "b", "c", "d")));
    Fallback fallback =
        Fallback.around(AdmissionCache.of(Fallback.refuse(store))).timeSource(clock).build();
    assertThat(fallback.toString()).startsWith("fallback(local, 1 of 4 instances)");
  }
}
