package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Request;
import java.util.List;

/** Makes the decisions of the simulated server, at given instants. */
interface Engine extends AutoCloseable {
  /**
   * Decides requests that arrived together.
   *
   * @param requests in order
   * @param now the server's time, in microseconds since the epoch
   * @param skew how much the clock of the instance that sent them is ahead of the server's
   * @return a decision for each
   */
  List<Decision> decide(List<Request> requests, long now, long skew);

  /** Removes a key. */
  void evict(String policy, String key);

  /** Removes all keys. */
  void flush();

  /** Removes expired keys, as a server does. */
  default void expire(long now) {}

  @Override
  default void close() {}
}
