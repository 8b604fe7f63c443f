package io.github.ratelimiter.examples;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.redis.ClockSkew;
import io.github.ratelimiter.redis.RedisStateStore;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The snippets of the page on Redis. They need servers, so they are compiled and not run. */
final class RedisSetups {
  private RedisSetups() {}

  static void standalone(String key) {
    try (RedisStateStore store = RedisStateStore.builder("redis://localhost:6379").build()) {
      RateLimiter limiter = RateLimiter.builder().store(store).policy("api", "100/min").build();
      Decision decision = limiter.tryAcquire(key);
      System.out.println(decision);
    }
  }

  static RedisStateStore sentinel() {
    return RedisStateStore.builder("redis-sentinel://host1,host2,host3/0#main").build();
  }

  static RedisStateStore cluster() {
    return RedisStateStore.clusterBuilder("redis://host1:6379", "redis://host2:6379")
        .hashTags(24)
        .build();
  }

  static RedisStateStore given(StatefulRedisConnection<String, String> connection) {
    return RedisStateStore.builder(connection)
        .keyPrefix("shop")
        .timeout(Duration.ofMillis(20))
        .build();
  }

  static boolean admitted(RateLimiter limiter, String key) {
    try {
      return limiter.tryAcquire(key).allowed();
    } catch (StoreMisconfiguredException e) {
      throw e;
    } catch (StoreException e) {
      return !e.mayHaveRun();
    }
  }

  static String skew(RedisStateStore store) {
    return store.clockSkew().map(ClockSkew::toString).orElse("not measured yet");
  }

  static RedisStateStore renewedCredentials() {
    RedisURI uri = RedisURI.create("rediss://host:6379");
    uri.setCredentialsProvider(
        () -> Mono.fromSupplier(() -> RedisCredentials.just("app", token())));
    return RedisStateStore.builder(uri).build();
  }

  private static String token() {
    return "short-lived";
  }
}
