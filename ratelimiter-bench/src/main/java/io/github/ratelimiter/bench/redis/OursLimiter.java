package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.RateLimiterBuilder;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import io.github.ratelimiter.store.StateStore;
import java.util.concurrent.CompletionStage;

/** This project's limiter. */
final class OursLimiter implements SharedLimiter {
  private final RedisStateStore store;
  private final StateStore first;
  private final RateLimiter limiter;

  OursLimiter(RedisStateStoreBuilder builder, Quota quota, boolean cached, boolean direct) {
    this.store = builder.build();
    this.first = cached ? AdmissionCache.around(store).build() : store;
    TokenBucket limit = new TokenBucket(quota.perHour(), Quota.HOUR, quota.burst());
    RateLimiterBuilder limiting =
        RateLimiter.builder().policy(Policy.of("bench", limit)).store(first);
    this.limiter = (direct ? limiting.completeDirectly() : limiting).build();
  }

  @Override
  public boolean tryAcquire(String key) {
    return limiter.tryAcquire(key).allowed();
  }

  @Override
  public CompletionStage<Boolean> tryAcquireAsync(String key) {
    return limiter.async().tryAcquire(key).thenApply(Decision::allowed);
  }

  @Override
  public void close() {
    first.close();
    store.close();
  }
}
