package io.github.ratelimiter.micrometer;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Counters that are registered when they first count. Thread-safe. Finding one allocates nothing.
 *
 * @param <K> what each counter counts
 */
final class Counters<K> {
  private final ConcurrentMap<K, LongAdder> known = new ConcurrentHashMap<>();
  private final Function<K, LongAdder> register;

  Counters(Function<K, LongAdder> register) {
    this.register = register;
  }

  LongAdder of(K what) {
    LongAdder counter = known.get(what);
    return counter != null ? counter : known.computeIfAbsent(what, register);
  }
}
