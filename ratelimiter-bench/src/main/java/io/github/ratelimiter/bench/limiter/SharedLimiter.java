package io.github.ratelimiter.bench.limiter;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A limiter with its state in Redis, as the load generator calls it.
 *
 * @param <T> the type of its decisions
 */
public interface SharedLimiter<T> extends AutoCloseable {
  /** Takes one permit of a key if it is available. */
  T tryAcquire(String key);

  /** Takes one permit of a key if it is available, without blocking. */
  CompletionStage<T> tryAcquireAsync(String key);

  /** Returns the answer for a decision. */
  Answer answer(T decision);

  /** Prepares keys on an empty server, before their first request. Default: does nothing. */
  default void prepare(List<String> keys) {}

  @Override
  void close();

  /** A limiter that returns a boolean. */
  interface ReturningBoolean extends SharedLimiter<Boolean> {
    @Override
    default Answer answer(Boolean decision) {
      return Answer.of(decision);
    }
  }
}
