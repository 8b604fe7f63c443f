package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.servers.RedisCluster;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The store as a user with the rights that the guide to Redis names, and no others. */
class AclTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Pattern RULES = Pattern.compile("(?s)## ACL\\s+```\\s(.*?)```");

  /** The guide's command, word by word. */
  private static List<Object> rules() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "redis.md"));
    Matcher rules = RULES.matcher(guide);
    assertThat(rules.find()).isTrue();
    return new ArrayList<>(Arrays.asList(rules.group(1).strip().split("\\s+")));
  }

  private static String as(String uri) {
    return uri.replace("redis://", "redis://limiter:password@");
  }

  @Test
  void theRightsOnOneServer() throws IOException {
    try (RedisProcess server = RedisProcess.start()) {
      server.run(rules().toArray());
      try (RedisStateStore store =
          RedisStateStore.builder(as(server.uri())).timeout(LONG).build()) {
        useEverything(store);
      }
    }
  }

  @Test
  void theRightsOnACluster() throws IOException {
    List<Object> rules = rules();
    rules.remove("+script|load");
    rules.addAll(List.of("+cluster|nodes", "+cluster|myid"));
    try (RedisCluster cluster = RedisCluster.start(2, false)) {
      cluster.masters().forEach(master -> master.run(rules.toArray()));
      try (RedisStateStore store =
          RedisStateStore.clusterBuilder(as(cluster.uri())).timeout(LONG).build()) {
        useEverything(store);
      }
    }
  }

  private static void useEverything(RedisStateStore store) {
    eventually("the fleet is known").until(() -> store.fleet().isPresent());
    for (String text :
        List.of(
            "100/h",
            "leaky-bucket 100/h; 99991/day",
            "fixed-window 100/h; sliding-window 100/h",
            "sliding-log 100/h")) {
      Policy policy = Policy.parse("test", text);
      for (int i = 0; i < 60; i++) {
        assertThat(Ask.acquire(store, text, policy).allowed()).isTrue();
      }
      Grant grant =
          StoreDecision.of(decide(store, new Request.Lease(text, policy, 1, 3, 1_000_000)))
              .grant()
              .orElseThrow();
      decide(store, new Request.ReturnLease(text, policy, 1, grant));
      decide(
          store, new Request.Charge(text, policy, policy.limits().stream().map(l -> 1L).toList()));
      decide(store, new Request.Refund(text, policy, 3));
      decide(store, new Request.Reset(text, policy));
      assertThat(Ask.acquire(store, text, policy).remaining()).isEqualTo(99);
    }
  }

  private static Decision decide(RedisStateStore store, Request request) {
    return store.decide(request).toCompletableFuture().join();
  }
}
