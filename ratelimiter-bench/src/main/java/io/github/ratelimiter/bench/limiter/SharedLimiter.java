package io.github.ratelimiter.bench.limiter;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A limiter with its state in Redis, as the load generator calls it.
 *
 * @param <T> the type of its decisions
 */
public interface SharedLimiter<T> extends AutoCloseable {
  /** Takes one permit of a key, or none. */
  T tryAcquire(String key);

  /** Takes one permit of a key, or none, without blocking. */
  CompletionStage<T> tryAcquireAsync(String key);

  /** Returns the answer that a decision is. */
  Answer answer(T decision);

  /** Prepares keys on an empty server, before their first decision. Default: does nothing. */
  default void prepare(List<String> keys) {}

  @Override
  void close();

  /** A limiter that says yes or no. */
  interface YesOrNo extends SharedLimiter<Boolean> {
    @Override
    default Answer answer(Boolean decision) {
      return Answer.of(decision);
    }
  }
}
