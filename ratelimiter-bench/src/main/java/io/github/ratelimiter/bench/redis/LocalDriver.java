package io.github.ratelimiter.bench.redis;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Callers in this process. */
final class LocalDriver implements Driver {
  private final String uri;
  private final Quota quota;
  private final Map<Contender, SharedLimiter> open = new EnumMap<>(Contender.class);
  private final Map<Load, List<String>> keys = new HashMap<>();

  LocalDriver(String uri, Quota quota) {
    this.uri = uri;
    this.quota = quota;
  }

  private SharedLimiter limiter(Contender contender) {
    return open.computeIfAbsent(contender, c -> c.open(uri, quota));
  }

  private List<String> keys(Load load) {
    return keys.computeIfAbsent(load, Load::keys);
  }

  @Override
  public void prepare(Contender contender, Load load) {
    limiter(contender).prepare(keys(load));
  }

  @Override
  public Outcome run(Contender contender, Load load, double seconds) {
    try {
      return Runner.run(limiter(contender), load, keys(load), seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(SharedLimiter::close);
  }
}
