package io.github.ratelimiter.bench.limiter;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.RateLimiterBuilder;
import io.github.ratelimiter.store.StateStore;
import java.util.concurrent.CompletionStage;

/** A limiter of this library with its store. */
public final class StoreLimiter implements SharedLimiter<Decision> {
  private final StateStore store;
  private final RateLimiter limiter;

  /**
   * Creates a limiter.
   *
   * @param store is closed with the limiter
   * @param limiter builds the limiter on this store
   */
  public StoreLimiter(StateStore store, RateLimiterBuilder limiter) {
    this.store = store;
    this.limiter = limiter.build();
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

  /** Closes the limiter before the store, so that it can return its leases. */
  @Override
  public void close() {
    limiter.close();
    store.close();
  }
}
