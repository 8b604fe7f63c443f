package io.github.ratelimiter.redis;

import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.TimeUnit;

/**
 * What every call to the servers needs.
 *
 * @param connector the connection
 * @param keys where states are kept
 * @param skew measures the clocks' difference
 * @param errors tells errors apart
 * @param timer wakes up later
 * @param options how the store works
 * @param scriptSha1 the name under which servers know the script
 * @param events of the store
 */
record Wire(
    Connector connector,
    Keyspace keys,
    SkewMeter skew,
    Errors errors,
    Timer timer,
    Options options,
    String scriptSha1,
    StoreEvents events) {

  String script() {
    return options.script();
  }

  void later(long millis, Runnable action) {
    timer.later(millis, TimeUnit.MILLISECONDS, action);
  }
}
