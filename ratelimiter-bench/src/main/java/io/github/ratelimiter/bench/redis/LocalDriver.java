package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Phase;
import io.github.ratelimiter.bench.limiter.Quota;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Makes requests from this process. */
final class LocalDriver implements Driver {
  private final String uri;
  private final Quota quota;
  private final Map<RedisContender, SharedLimiter<?>> limiters =
      new EnumMap<>(RedisContender.class);

  LocalDriver(String uri, Quota quota) {
    this.uri = uri;
    this.quota = quota;
  }

  private SharedLimiter<?> limiter(RedisContender contender) {
    return limiters.computeIfAbsent(contender, c -> c.open(uri, quota));
  }

  @Override
  public void prepare(RedisContender contender, Load load) {
    limiter(contender).prepare(load.keys());
  }

  @Override
  public Outcome run(RedisContender contender, Load load, double seconds) {
    try {
      return run(limiter(contender), load, seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  static <T> Outcome run(SharedLimiter<T> limiter, Load load, double seconds)
      throws InterruptedException {
    Phase phase = new Phase(load.mix(), (long) (seconds * 1e9), null);
    Generator.run(List.of(limiter), load.pace(), phase);
    return Outcome.of(phase);
  }

  @Override
  public void close() {
    limiters.values().forEach(SharedLimiter::close);
  }
}
