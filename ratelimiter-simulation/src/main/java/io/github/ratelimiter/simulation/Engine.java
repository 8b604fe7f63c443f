package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Request;
import java.util.List;

/** What decides in the simulated server, at instants that it is given. */
interface Engine extends AutoCloseable {
  /**
   * Decides requests that arrived together.
   *
   * @param requests in their order
   * @param now the server's time, in microseconds since the epoch
   * @return a decision for each
   */
  List<Decision> decide(List<Request> requests, long now);

  /** Forgets a key. */
  void evict(String policy, String key);

  /** Forgets all keys. */
  void flush();

  /** Forgets keys that are like new ones, as a server does with what has expired. */
  default void expire(long now) {}

  @Override
  default void close() {}
}
