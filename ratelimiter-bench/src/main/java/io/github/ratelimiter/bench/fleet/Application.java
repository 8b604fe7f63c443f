package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.bench.limiter.RedisLimiters;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.limiter.StoreLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import java.util.List;

/** The limiter of an instance, as an application has it: leases, a fallback and the cluster. */
final class Application {
  private Application() {}

  static SharedLimiter<Decision> connect(FleetSetup setup, List<String> uris) {
    RedisStateStore store =
        RedisLimiters.connect(RedisStateStore.clusterBuilder(uris.toArray(String[]::new)));
    return new StoreLimiter(
        store,
        RateLimiter.builder()
            .policy(setup.policy())
            .store(store)
            .wrap(Fallback::local)
            .wrap(inner -> AdmissionCache.around(inner).lease(setup.lease()).build()));
  }
}
