package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntUnaryOperator;

/** Splits every policy that can be split over several keys of a store, like the Redis store. */
public final class ShardBridge implements StateStore {
  private final StateStore store;
  private final Shards shards;

  /**
   * Creates a store that splits policies.
   *
   * @param store decides on the parts
   * @param count the number of parts
   * @param begin from the number of parts to the part at which a request begins
   */
  public ShardBridge(StateStore store, int count, IntUnaryOperator begin) {
    this.store = store;
    this.shards = new Shards(count, policy -> true, store::decide, begin);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    return shards.has(request.policy()) && !request.policy().name().startsWith("fallback-")
        ? shards.decide(request, deadline)
        : store.decide(request, deadline);
  }

  @Override
  public Duration timeout() {
    return store.timeout();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : store.unwrap(type);
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return shards + " of " + store;
  }
}
