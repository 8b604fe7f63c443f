package io.github.ratelimiter.redis;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.redis.transport.Call;
import io.github.ratelimiter.redis.transport.Connector;
import io.github.ratelimiter.redis.transport.Errors;
import io.github.ratelimiter.redis.transport.Timer;
import io.github.ratelimiter.store.Fleet;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Registers this instance with the others that share the store, and reads which they are, with one
 * call of a small script per heartbeat. Its failures do not affect decisions. If it fails, the last
 * list stays.
 */
final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStateStore.class);

  /**
   * An instance that misses this many heartbeats is dropped. Heartbeats that no instance sent do
   * not count.
   */
  private static final int MISSED_BEATS = 5;

  /** The interval varies by one part in this number, so that instances do not stay in step. */
  private static final int JITTER_PART = 10;

  /** How long the connection is kept open for the last call. */
  private static final long FAREWELL_MILLIS = 200;

  private static final int NAME_CHARACTERS = 8;

  private final String self = randomName();
  private final Connector connector;
  private final Timer timer;
  private final byte[] key;
  private final long beatNanos;
  private final AtomicBoolean started = new AtomicBoolean();
  private final LimitedLog failures =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private volatile @Nullable Fleet fleet;
  private volatile boolean leaving;
  private @Nullable Call current;
  private long sentNanos;

  Heartbeat(Connector connector, Timer timer, byte[] key, Duration beat) {
    this.connector = connector;
    this.timer = timer;
    this.key = key;
    this.beatNanos = beat.toNanos();
  }

  private static String randomName() {
    SecureRandom random = new SecureRandom();
    StringBuilder name = new StringBuilder();
    while (name.length() < NAME_CHARACTERS) {
      name.append(Character.forDigit(random.nextInt(Character.MAX_RADIX), Character.MAX_RADIX));
    }
    return name.toString();
  }

  /** Returns the known instances. The first call starts the heartbeat. */
  Optional<Fleet> fleet() {
    if (!started.get() && !leaving && started.compareAndSet(false, true)) {
      timer.later(0, TimeUnit.NANOSECONDS, this::beat);
    }
    return Optional.ofNullable(fleet);
  }

  /** Returns the number of known instances; empty if the heartbeat was not started. */
  OptionalInt instances() {
    Fleet known = fleet;
    return known == null ? OptionalInt.empty() : OptionalInt.of(known.instances().size());
  }

  private void beat() {
    if (leaving) {
      return;
    }
    long now = System.nanoTime();
    Call last = current;
    // No second call behind one that waits: both would be answered together.
    boolean waits = last != null && !last.isDone();
    boolean quiet = waits && now - sentNanos >= MISSED_BEATS * beatNanos;
    if (quiet) {
      connector.suspect();
    }
    if (!waits || quiet) {
      sentNanos = now;
      send(CommandType.EVALSHA, true);
    }
    long jitter = beatNanos / JITTER_PART;
    long pause = beatNanos + ThreadLocalRandom.current().nextLong(-jitter, jitter + 1);
    timer.later(pause, TimeUnit.NANOSECONDS, this::beat);
  }

  /** Calls the script by its SHA-1, and with its text if the server does not know it. */
  private CompletableFuture<Void> send(CommandType type, boolean stays) {
    Call call = new Call(type, args(type == CommandType.EVAL, stays));
    if (stays) {
      current = call;
    }
    connector.send(call);
    return call.handle(
            (reply, error) -> {
              if (error == null) {
                heard(reply, stays);
              } else if (type == CommandType.EVALSHA && Errors.isNoScript(error)) {
                return stays && leaving ? done() : send(CommandType.EVAL, stays);
              } else if (error instanceof RedisCommandExecutionException
                  && !Errors.isOutage(error)) {
                // Outages are reported to the callers that request decisions.
                complain(error);
              }
              return done();
            })
        .thenCompose(then -> then);
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private CommandArgs<byte[], byte[]> args(boolean withText, boolean stays) {
    long beatMicros = TimeUnit.NANOSECONDS.toMicros(beatNanos);
    return Call.args()
        .add(withText ? Scripts.FLEET : Scripts.FLEET_SHA1)
        .add(1)
        .addKey(key)
        .add(self)
        .add(MISSED_BEATS * beatMicros)
        .add(stays ? 1 : 0)
        .add(beatMicros);
  }

  private void heard(List<Object> reply, boolean stays) {
    if (stays) {
      try {
        fleet = new Fleet(self, reply.stream().map(Heartbeat::text).toList());
      } catch (RuntimeException e) {
        complain(e);
      }
    }
  }

  private static String text(Object name) {
    return new String((byte[]) name, StandardCharsets.UTF_8);
  }

  private void complain(Throwable error) {
    failures
        .event()
        .addKeyValue("server", connector)
        .setCause(error)
        .log("{}: cannot read the instances", connector);
  }

  /**
   * Unregisters the instance if it was registered.
   *
   * @return completes soon, when the connection is not needed any more
   */
  CompletableFuture<Void> leave() {
    leaving = true;
    if (!started.get()) {
      return done();
    }
    CompletableFuture<Void> gone = send(CommandType.EVALSHA, false);
    timer.later(FAREWELL_MILLIS, TimeUnit.MILLISECONDS, () -> gone.complete(null));
    return gone;
  }
}
