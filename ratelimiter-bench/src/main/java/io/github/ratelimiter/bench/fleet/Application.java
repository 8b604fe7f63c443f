package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.limiter.StoreLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The limiter of an instance, as an application has it: leases, a fallback and the cluster. */
final class Application {
  private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Application() {}

  static SharedLimiter<Decision> connect(FleetSetup setup, List<String> uris) {
    RedisStateStore store = connect(uris);
    return new StoreLimiter(
        store,
        RateLimiter.builder()
            .policy(setup.policy())
            .store(store)
            .wrap(Fallback::local)
            .wrap(inner -> AdmissionCache.around(inner).lease(setup.lease()).build()));
  }

  /** Connects, if necessary several times: a machine that starts many processes is busy. */
  private static RedisStateStore connect(List<String> uris) {
    long start = System.nanoTime();
    while (true) {
      try {
        return RedisStateStore.clusterBuilder(uris.toArray(String[]::new))
            .requireConnection()
            .build();
      } catch (StoreUnavailableException e) {
        if (System.nanoTime() - start > CONNECT_TIMEOUT_NANOS) {
          throw e;
        }
      }
    }
  }
}
