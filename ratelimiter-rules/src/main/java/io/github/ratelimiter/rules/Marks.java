package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.SlidingLog;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;
import java.time.Duration;
import java.util.Optional;

/**
 * Keys that this process remembers for a time. Each is a key that is drained for that time in a
 * store in process, so their memory is bounded as that of every such store. Thread-safe.
 */
final class Marks {
  private final RateLimiter marked;

  Marks(String name, TimeSource time) {
    this.marked =
        RateLimiter.builder()
            .policy(Policy.of(name, new SlidingLog(1, Duration.ofSeconds(1))))
            .store(LocalStateStore.builder().timeSource(time).build())
            .timeSource(time)
            .build();
  }

  /** Remembers a key. A mark is never shortened. */
  void set(String key, Duration time) {
    marked.drain(key, time);
  }

  /** Remembers a key that is not marked; returns whether it was not. */
  boolean setIfAbsent(String key, Duration time) {
    if (has(key)) {
      return false;
    }
    set(key, time);
    return true;
  }

  boolean has(String key) {
    return !marked.peek(key).allowed();
  }

  /** Returns how long a key is remembered; empty if it is not. */
  Optional<Duration> left(String key) {
    return marked.peek(key).retryAfter().filter(time -> !time.isZero());
  }
}
