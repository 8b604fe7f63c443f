package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.redis.RedisStateStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The limiter of an instance, as an application has it: leases, a fallback and the cluster. */
final class Application implements SharedLimiter<Decision> {
  private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final RedisStateStore store;
  private final RateLimiter limiter;

  Application(FleetSetup setup, List<String> uris) {
    store = connect(uris);
    limiter =
        RateLimiter.builder()
            .policy(setup.policy())
            .store(store)
            .wrap(Fallback::local)
            .wrap(inner -> AdmissionCache.around(inner).lease(setup.lease()).build())
            .build();
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

  @Override
  public Decision tryAcquire(String key) {
    return limiter.tryAcquire(key);
  }

  @Override
  public CompletionStage<Decision> tryAcquireAsync(String key) {
    return limiter.async().tryAcquire(key);
  }

  @Override
  public Answer answer(Decision decision) {
    return Answer.ofDecision(decision);
  }

  @Override
  public void close() {
    limiter.close();
    store.close();
  }
}
