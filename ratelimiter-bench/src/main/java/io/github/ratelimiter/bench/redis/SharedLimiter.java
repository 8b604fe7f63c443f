package io.github.ratelimiter.bench.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What every contender is, to the benchmark. */
interface SharedLimiter extends AutoCloseable {
  /** Takes one permit of a key, or none. */
  boolean tryAcquire(String key);

  /** Takes one permit of a key, or none, without blocking. */
  CompletionStage<Boolean> tryAcquireAsync(String key);

  /** What has to be done once for each key, before its first decision, on an empty server. */
  default void prepare(List<String> keys) {}

  @Override
  void close();
}
