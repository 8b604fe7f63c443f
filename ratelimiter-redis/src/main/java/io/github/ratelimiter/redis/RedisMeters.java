package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.transport.ConnectionCount;
import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.store.StoreMeter;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a store on Redis tells about itself. Reading it sends nothing. */
final class RedisMeters {
  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private RedisMeters() {}

  static List<StoreMeter> of(Connector connector, SkewMeter skew, Heartbeat heartbeat) {
    return List.of(
        StoreMeter.gauge(
            "redis.connected",
            "1 if the server answers, or a node of the cluster; otherwise 0",
            () -> connector.status().isReady() ? 1 : 0),
        StoreMeter.gauge(
            "redis.connections",
            "Open connections to servers",
            () -> count(connector, ConnectionCount::open)),
        StoreMeter.counter(
            "redis.connects",
            "Connections to servers that were opened, reconnects included",
            () -> count(connector, ConnectionCount::opened)),
        new StoreMeter(
            "redis.clock.skew",
            StoreMeter.Kind.GAUGE,
            "seconds",
            "How far the server's clock is ahead of this process's clock",
            () ->
                skew.skew()
                    .map(ClockSkew::difference)
                    .map(difference -> difference.toNanos() / NANOS_PER_SECOND)
                    .orElse(Double.NaN)),
        StoreMeter.gauge(
            "redis.instances",
            "Instances that share the store; not known unless a fallback decides by shares",
            () ->
                heartbeat.instances().isPresent() ? heartbeat.instances().getAsInt() : Double.NaN));
  }

  private static double count(Connector connector, ToDoubleFunction<ConnectionCount> number) {
    return connector.connectionCount().map(count -> number.applyAsDouble(count)).orElse(Double.NaN);
  }
}
