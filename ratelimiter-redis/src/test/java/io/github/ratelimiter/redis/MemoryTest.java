package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a key costs the server, everything counted, its entry and its expiry included. {@code
 * -Dmemory.keys=1000000} measures a million keys. The tables of the server are full to the same
 * part with 25,000, 50,000 and 100,000 keys.
 */
class MemoryTest {
  private static final int KEYS = Integer.getInteger("memory.keys", 25_000);
  private static final int AT_ONCE = 1_000;
  private static final long MILLION = 1_000_000;
  private static final long GIGABYTE = 1_000_000_000;

  @ParameterizedTest
  @CsvSource({
    "1000/h, 200",
    "leaky-bucket 1000/h, 200",
    "fixed-window 1000/h, 200",
    "sliding-window 1000/h, 205",
    "sliding-log 10/day, 220",
    "100/min; 5000/day, 240",
    "10/s; 1000/h; 10000/day, 260"
  })
  void aKeyIsSmall(String text, int most) {
    Policy policy = Policy.parse("test", text);
    long permits = policy.limits().get(0).capacity();
    try (RedisProcess server = RedisProcess.start("--slowlog-max-len", "0");
        RedisStateStore store =
            RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(30)).build()) {
      Ask.acquire(store, "another", policy); // The server keeps the script.
      long before = server.usedMemory();
      for (int i = 0; i < KEYS; i += AT_ONCE) {
        List<CompletableFuture<Decision>> some = new ArrayList<>();
        for (int j = i; j < i + AT_ONCE; j++) {
          String key = String.format("user:%018d", j);
          Request request = new Request.Acquire(key, policy, permits);
          some.add(store.decide(request).toCompletableFuture());
        }
        some.forEach(CompletableFuture::join);
      }
      long keys = (Long) server.run("DBSIZE");
      long bytes = (server.usedMemory() - before) / KEYS;
      assertThat(keys).isBetween((long) KEYS, 2L * KEYS);
      System.out.println("MEASURED bytes a key, " + text + ": " + bytes + " (" + keys + " keys)");
      assertThat(bytes).isLessThanOrEqualTo(most);
      assertThat(bytes * MILLION).as("a million keys").isLessThan(GIGABYTE);
    }
  }
}
