package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs what happens to a connection. A loss is logged once until it ends. Thread-safe. */
final class ConnectionLog {
  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");

  private final LimitedLog lost = limited(Level.WARN);
  private final LimitedLog found = limited(Level.INFO);
  private final LimitedLog connected = limited(Level.INFO);
  private final LimitedLog replaced = limited(Level.INFO);
  private final LimitedLog failed = limited(Level.WARN);

  private final Connections connections;

  /** Whether the log has said that the connection is lost. */
  private volatile boolean saidLost;

  ConnectionLog(Connections connections) {
    this.connections = connections;
  }

  /** A server that restarts causes a few messages at once, and one that flaps causes many. */
  private static LimitedLog limited(Level level) {
    return new LimitedLog(LOG, level, LimitedLog.Rate.TEN_A_MINUTE, TimeSource.system());
  }

  private LoggingEventBuilder event(LimitedLog message) {
    return message.event().addKeyValue("server", connections);
  }

  void lost() {
    if (!saidLost) {
      saidLost = true;
      event(lost).log("{}: connection lost; reconnecting", connections);
    }
  }

  /** The connection is not lost any more. Logged if its loss was. */
  void found() {
    if (saidLost) {
      saidLost = false;
      event(found).log("{}: connected again", connections);
    }
  }

  void connected() {
    event(connected).log("{}: connected", connections);
  }

  /** Another connection is used from now on, whether or not the old one was lost. */
  void replaced() {
    saidLost = false;
    event(replaced).log("{}: replaced an unusable connection", connections);
  }

  void failed(StoreException failure) {
    event(failed)
        .addKeyValue("reason", failure.getMessage())
        .setCause(failure.getCause())
        .log("{}; retrying until it succeeds", failure.getMessage());
  }
}
