package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson. It stores each grant of a period, and has no burst. */
final class RedissonLimiter implements SharedLimiter.ReturningBoolean {
  private static final int BATCH = 500;

  private final RedissonClient client;
  private final Quota quota;
  private final Map<String, RRateLimiter> limiters = new ConcurrentHashMap<>();

  RedissonLimiter(String uri, Quota quota) {
    Config config = new Config();
    config.useSingleServer().setAddress(uri).setTimeout((int) Server.TIMEOUT.toMillis());
    this.client = Redisson.create(config);
    this.quota = quota;
  }

  /** Sets the rate of each key. Without a rate, a request fails. */
  @Override
  public void prepare(List<String> keys) {
    for (int i = 0; i < keys.size(); i += BATCH) {
      List<CompletionStage<Boolean>> results = new ArrayList<>();
      for (String key : keys.subList(i, Math.min(i + BATCH, keys.size()))) {
        results.add(
            limiter(key)
                .trySetRateAsync(RateType.OVERALL, quota.burst(), quota.period(), Duration.ZERO));
      }
      results.forEach(stage -> stage.toCompletableFuture().join());
    }
  }

  private RRateLimiter limiter(String key) {
    RRateLimiter limiter = limiters.get(key);
    return limiter != null ? limiter : limiters.computeIfAbsent(key, client::getRateLimiter);
  }

  @Override
  public Boolean tryAcquire(String key) {
    return limiter(key).tryAcquire();
  }

  @Override
  public CompletionStage<Boolean> tryAcquireAsync(String key) {
    return limiter(key).tryAcquireAsync();
  }

  @Override
  public void close() {
    client.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
