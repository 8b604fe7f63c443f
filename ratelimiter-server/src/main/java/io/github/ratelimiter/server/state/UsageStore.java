package io.github.ratelimiter.server.state;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where the usage of keys is kept: in this process, or in Redis with a fallback. Thread-safe. */
public final class UsageStore implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Policy PING = Policy.parse("ping", "1/s");

  private final StateStore inner;
  private final StateStore decides;

  private UsageStore(StateStore inner, StateStore decides) {
    this.inner = inner;
    this.decides = decides;
  }

  /** Returns a store as the settings have it. */
  public static UsageStore of(ServerOptions options) {
    if (options.redis().isEmpty()) {
      StateStore local = LocalStateStore.create();
      return new UsageStore(local, local);
    }
    String uri = options.redis().get();
    RedisStateStoreBuilder redis =
        options.isRedisCluster()
            ? RedisStateStore.clusterBuilder(uri.split(" *, *", -1))
            : RedisStateStore.builder(uri);
    StateStore store = redis.timeout(options.redisTimeout()).build();
    return new UsageStore(store, Fallback.around(store).mode(options.fallback()).build());
  }

  /** Returns the store that decides. */
  public StateStore store() {
    return decides;
  }

  /** Returns the store without its fallback, for what must be certain. It may fail. */
  public StateStore withoutFallback() {
    return inner;
  }

  /** Returns whether several instances share the usage. */
  public boolean isShared() {
    return inner != decides;
  }

  /** Returns the status of the store. */
  public Status status() {
    return decides.status();
  }

  /**
   * Measures how long the shared store takes to answer.
   *
   * @return empty if it does not answer in time, or there is none
   */
  public Optional<Duration> latency() {
    if (!isShared()) {
      return Optional.empty();
    }
    long start = System.nanoTime();
    try {
      inner
          .decide(new Request.Peek("ping", PING, 1), Deadline.after(TIMEOUT, TimeSource.system()))
          .toCompletableFuture()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.of(Duration.ofNanos(System.nanoTime() - start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Ends the store. Permits that it holds for this process are returned. */
  @Override
  public void close() {
    decides.close();
    if (isShared()) {
      inner.close();
    }
  }
}
