package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several keys in one decision, on one server and in a cluster. */
class JointTest {
  private static final Duration PLENTY = Duration.ofSeconds(10);

  private static RateLimiter limiter(StateStore store, String name, String policy) {
    return RateLimiter.builder().policy(name, policy).store(store).build();
  }

  private static List<JointDecision> join(List<CompletableFuture<JointDecision>> calls) {
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private static long allowed(List<JointDecision> decisions) {
    return decisions.stream().filter(JointDecision::allowed).count();
  }

  @Nested
  class OneServer {
    private static RedisProcess server;

    @BeforeAll
    static void start() {
      server = RedisProcess.start();
    }

    @AfterAll
    static void stop() {
      server.close();
    }

    @BeforeEach
    void flush() {
      server.run("FLUSHALL");
    }

    private long scriptCalls() {
      String stat = server.info("commandstats").getOrDefault("cmdstat_evalsha", "calls=0,");
      return Long.parseLong(stat.replaceAll("calls=(\\d+),.*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a joint call is one script call, and a refusal costs the others nothing")
    void oneScriptCall(boolean plain) {
      RedisStateStoreBuilder builder = RedisStateStore.builder(server.uri()).timeout(PLENTY);
      try (RedisStateStore store = (plain ? builder.plain() : builder).build()) {
        RateLimiter users = limiter(store, "users", "5/day");
        RateLimiter addresses = limiter(store, "addresses", "sliding-log 3/day; 100/h");
        RateLimiter everybody = limiter(store, "everybody", "fixed-window 1000/day");
        JointLimiter joint =
            JointLimiter.of(users.part("u"), addresses.part("a"), everybody.part("all"));
        joint.tryAcquire();
        long before = scriptCalls();
        assertThat(joint.tryAcquire().allowed()).isTrue();
        assertThat(joint.tryAcquire().allowed()).isTrue();
        for (int i = 0; i < 7; i++) {
          assertThat(joint.tryAcquire().refusedBy().orElseThrow().decision().limit().text())
              .isEqualTo("sliding-log 3/day");
        }
        assertThat(scriptCalls() - before).isEqualTo(9);
        assertThat(users.peek("u").remaining()).isEqualTo(2);
        assertThat(everybody.peek("all").remaining()).isEqualTo(997);
      }
    }

    @Test
    @DisplayName("concurrent joint calls share script calls, and stay in order with others")
    void concurrent() {
      try (RedisStateStore store = RedisStateStore.builder(server.uri()).timeout(PLENTY).build()) {
        RateLimiter users = limiter(store, "users", "3/day");
        RateLimiter everybody = limiter(store, "everybody", "250/day");
        long before = scriptCalls();
        List<CompletableFuture<JointDecision>> calls = new ArrayList<>();
        List<CompletableFuture<Decision>> others = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          JointLimiter joint = JointLimiter.of(users.part("u" + i % 100), everybody.part("all"));
          calls.add(joint.tryAcquireAsync());
          if (i % 50 == 0) {
            others.add(everybody.async().tryAcquire("all"));
          }
        }
        long others10 = others.stream().filter(other -> other.join().allowed()).count();
        assertThat(allowed(join(calls)) + others10).isEqualTo(250);
        assertThat(scriptCalls() - before).isLessThan(250);
        assertThat(everybody.peek("all").remaining()).isZero();
      }
    }

    @Test
    @DisplayName("a state that cannot be read fails its own joint calls, and no permit is taken")
    void unreadable() {
      try (RedisStateStore store = RedisStateStore.builder(server.uri()).timeout(PLENTY).build()) {
        RateLimiter users = limiter(store, "users", "5/day");
        RateLimiter others = limiter(store, "others", "5/day");
        server.run("SET", "rl{}others:bad", "nonsense");
        JointLimiter bad = JointLimiter.of(users.part("u"), others.part("bad"));
        JointLimiter good = JointLimiter.of(users.part("v"), others.part("good"));
        List<CompletableFuture<JointDecision>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          CompletableFuture<JointDecision> failed = bad.tryAcquireAsync();
          calls.add(good.tryAcquireAsync());
          assertThat(failed)
              .failsWithin(PLENTY)
              .withThrowableThat()
              .withCauseInstanceOf(StoreMisconfiguredException.class);
        }
        assertThat(allowed(join(calls))).isEqualTo(3);
        assertThatExceptionOfType(StoreMisconfiguredException.class)
            .isThrownBy(bad::tryAcquire)
            .withMessageContaining("cannot be read");
        assertThat(users.peek("u").remaining()).isEqualTo(5);
        assertThat(users.peek("v").remaining()).isEqualTo(2);
      }
    }

    @Test
    @DisplayName("a part of a policy that is split is held, and released if another part refuses")
    void splitPolicy() {
      try (RedisStateStore store =
          RedisStateStore.builder(server.uri())
              .timeout(PLENTY)
              .shard(4, policy -> policy.name().equals("hot"))
              .build()) {
        RateLimiter hot = limiter(store, "hot", "fixed-window 40/day");
        RateLimiter users = limiter(store, "users", "2/day");
        JointLimiter joint = JointLimiter.of(hot.part("all"), users.part("u"));
        for (int i = 0; i < 10; i++) {
          assertThat(joint.tryAcquire().allowed()).isEqualTo(i < 2);
        }
        AtomicInteger left = new AtomicInteger();
        eventually("the release of all parts")
            .until(
                () ->
                    (hot.tryAcquire("all").allowed() ? left.incrementAndGet() : left.get()) == 38);
        assertThat(hot.tryAcquire("all").allowed()).isFalse();
      }
    }
  }

  @Nested
  class InACluster {
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
      cluster = RedisCluster.start(3, false);
    }

    @AfterAll
    static void stop() {
      cluster.close();
    }

    private RedisStateStore open() {
      return RedisStateStore.clusterBuilder(cluster.uri()).timeout(PLENTY).build();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"4/day", "fixed-window 4/day", "sliding-log 4/day", "sliding-window 4/day"})
    @DisplayName("parts on several nodes are granted together, or their permits are released")
    void acrossSlots(String policy) {
      try (RedisStateStore store = open()) {
        String name = policy.replaceAll("\\W", "-");
        RateLimiter users = limiter(store, "users-" + name, "10/day");
        RateLimiter narrow = limiter(store, name, policy);
        List<JointLimiter.Part> parts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          parts.add(users.part("u" + i));
        }
        parts.add(narrow.part("n"));
        JointLimiter joint = JointLimiter.of(parts);
        for (int i = 0; i < 8; i++) {
          assertThat(joint.tryAcquire().allowed()).isEqualTo(i < 4);
        }
        for (int i = 0; i < 20; i++) {
          String user = "u" + i;
          eventually("the release").until(() -> users.peek(user).remaining() == 6);
        }
        assertThat(narrow.peek("n").remaining()).isZero();
      }
    }

    @Test
    @DisplayName("concurrent calls of two instances never take more than a limit, and lose nothing")
    void concurrent() {
      try (RedisStateStore one = open();
          RedisStateStore other = open()) {
        List<CompletableFuture<JointDecision>> calls = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
          RedisStateStore store = i % 2 == 0 ? one : other;
          calls.add(
              JointLimiter.of(
                      limiter(store, "left", "100/day").part("l"),
                      limiter(store, "right", "100/day").part("r"),
                      limiter(store, "each", "3/day").part("e" + i % 50))
                  .tryAcquireAsync());
        }
        long allowed = allowed(join(calls));
        assertThat(allowed).isBetween(1L, 100L);
        RateLimiter left = limiter(one, "left", "100/day");
        RateLimiter right = limiter(one, "right", "100/day");
        eventually("the releases").until(() -> left.peek("l").remaining() == 100 - allowed);
        eventually("the releases").until(() -> right.peek("r").remaining() == 100 - allowed);
      }
    }
  }
}
