package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.redis.transport.Errors;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.redis.transport.Options;
import io.github.ratelimiter.redis.transport.Timer;
import io.github.ratelimiter.store.StoreEvents;
import java.util.concurrent.TimeUnit;

/**
 * The objects that every call to the servers needs.
 *
 * @param connector the connection
 * @param keys maps requests to keys
 * @param skew measures the clock skew
 * @param errors classifies errors
 * @param timer runs tasks later
 * @param options the options of the store
 * @param scriptSha1 the SHA-1 by which servers know the script
 * @param events the events of the store
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
