package io.github.ratelimiter.local;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Request;
import java.util.concurrent.CompletableFuture;

/** An in-process store that decides at given instants. Not thread-safe. */
public final class LocalBridge {
  private final GivenTime time = new GivenTime();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();

  /** Creates an empty store. */
  public LocalBridge() {}

  private static final class GivenTime implements TimeSource {
    private long now;

    @Override
    public long nowMicros() {
      return now;
    }

    @Override
    public CompletableFuture<Void> after(long micros) {
      throw new UnsupportedOperationException("nothing in the store waits");
    }
  }

  /**
   * Decides a request.
   *
   * @param request the request
   * @param now the instant, in microseconds since the epoch
   * @return the decision
   */
  public Decision decide(Request request, long now) {
    time.now = now;
    Decision decision = store.tryDecide(request);
    if (decision == null) {
      throw new IllegalStateException("the store does not wait");
    }
    return decision;
  }

  /**
   * Removes expired keys.
   *
   * @param now the instant, in microseconds since the epoch
   */
  public void expire(long now) {
    time.now = now;
    store.sweep();
  }
}
