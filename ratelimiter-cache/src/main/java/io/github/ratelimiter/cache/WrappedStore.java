package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.concurrent.CompletableFuture;

/**
 * Sends requests to the store that the cache wraps. All failures complete the future.
 *
 * <p>A request that the cache cannot decide is sent with one call of {@code decide}, which also
 * returns decisions that need no waiting. A call of {@code tryDecide} before it would pass through
 * all layers a second time.
 */
record WrappedStore(StateStore store) {
  CompletableFuture<Decision> decide(Request request, Deadline deadline) {
    try {
      return store.decide(request, deadline).toCompletableFuture();
    } catch (RuntimeException e) {
      // The contract does not allow it, but a store of another author may throw.
      return CompletableFuture.failedFuture(e);
    }
  }
}
