package io.github.ratelimiter.redis;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.redis.transport.Call;
import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.redis.transport.ServerCheck;
import io.github.ratelimiter.redis.transport.Timer;
import io.github.ratelimiter.store.StoreMemory;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the memory of one server at an interval, from the first call of {@link #memory} on. Nothing
 * is known of a cluster, and of a server that refuses {@code INFO} or does not answer.
 */
final class MemoryWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStateStore.class);

  private final LimitedLog failures =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private final AtomicBoolean started = new AtomicBoolean();
  private final Connector connector;
  private final Timer timer;
  private final Duration interval;
  private volatile @Nullable StoreMemory memory;
  private volatile boolean closed;
  private @Nullable Call current;

  MemoryWatch(Connector connector, Timer timer, Duration interval) {
    this.connector = connector;
    this.timer = timer;
    this.interval = interval;
  }

  Optional<StoreMemory> memory() {
    if (!connector.isCluster() && !started.get() && started.compareAndSet(false, true)) {
      timer.later(0, TimeUnit.NANOSECONDS, this::ask);
    }
    return Optional.ofNullable(memory);
  }

  /** Asks, unless the last answer is still missing; then nothing is known. */
  private void ask() {
    if (closed) {
      return;
    }
    Call last = current;
    if (last != null && !last.isDone()) {
      memory = null;
    } else {
      Call call = new Call(CommandType.INFO, Call.args().add("memory"));
      current = call;
      call.whenComplete(this::heard);
      connector.send(call);
    }
    timer.later(interval.toNanos(), TimeUnit.NANOSECONDS, this::ask);
  }

  private void heard(@Nullable List<Object> reply, @Nullable Throwable failure) {
    try {
      memory = failure == null && reply != null ? ServerCheck.memory(reply) : null;
    } catch (RuntimeException e) {
      memory = null;
      complain(e);
    }
    if (failure != null && connector.status().isReady()) {
      complain(failure); // Otherwise the outage is reported elsewhere.
    }
  }

  private void complain(Throwable failure) {
    failures
        .event()
        .addKeyValue("server", connector)
        .setCause(failure)
        .log("{}: cannot read how much memory is in use", connector);
  }

  void close() {
    closed = true;
  }
}
