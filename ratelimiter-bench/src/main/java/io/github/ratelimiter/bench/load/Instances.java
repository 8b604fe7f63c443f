package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Limiters as several instances of an application would have them: nothing is shared but Redis. */
final class Instances implements AutoCloseable {
  private final List<RateLimiter> limiters = new ArrayList<>();
  private final Deque<StateStore> stores = new ArrayDeque<>();

  Instances(Setup setup, String uri) {
    try {
      for (int i = 0; i < setup.instances(); i++) {
        limiters.add(limiter(setup, uri));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What follows an answer here is short: nothing is handed over. */
  private RateLimiter limiter(Setup setup, String uri) {
    return RateLimiter.builder()
        .policy(setup.policy())
        .store(store(setup, uri))
        .completeDirectly()
        .build();
  }

  private StateStore store(Setup setup, String uri) {
    StateStore redis =
        RedisStateStore.builder(uri).timeout(Server.PATIENCE).requireConnection().build();
    stores.push(redis);
    if (setup.cache() == Setup.CacheMode.NONE) {
      return redis;
    }
    StateStore cache = AdmissionCache.around(redis).lease(setup.lease()).build();
    stores.push(cache);
    return cache;
  }

  /** The limiter of a caller: they are spread evenly. */
  RateLimiter of(int caller) {
    return limiters.get(caller % limiters.size());
  }

  /** Caches first: what they hold goes back. */
  @Override
  public void close() {
    stores.forEach(StateStore::close);
  }
}
