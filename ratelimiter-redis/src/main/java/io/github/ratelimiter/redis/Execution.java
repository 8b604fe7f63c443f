package io.github.ratelimiter.redis;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.redis.script.Evaluation;
import io.github.ratelimiter.redis.transport.Call;
import io.github.ratelimiter.redis.transport.Errors;
import io.github.ratelimiter.store.StoreEvent;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of the script on a server. It is repeated only if it certainly has not run: once with the
 * text of the script if the server does not know it, and after a short time if the cluster's
 * connection to the right node is not ready.
 */
final class Execution {
  private static final int UNSENT_RETRIES = 2;
  private static final long UNSENT_DELAY_MILLIS = 5;

  /** Notified of the result, once. */
  interface Listener {
    void replied(List<Object> reply, long sentMicros);

    void failed(Throwable error, boolean mayHaveRun);

    /** Returns whether a caller still waits. Called before the script is run again. */
    boolean isWanted();

    /** Returns the observations of the callers. */
    List<Observation> observations();
  }

  private final Wire wire;
  private final Evaluation script;
  private final Listener listener;
  private final long startNanos = System.nanoTime();
  private int unsentRetries;
  private boolean withText;
  private volatile @Nullable Call current;
  private volatile boolean over;

  /**
   * Creates a run.
   *
   * @param listener notified of the result, once
   */
  Execution(Wire wire, Evaluation script, Listener listener) {
    this.wire = wire;
    this.script = script;
    this.listener = listener;
  }

  void start() {
    Call call = new Call(withText ? CommandType.EVAL : CommandType.EVALSHA, args());
    current = call;
    long sentMicros = wire.skew().nowMicros();
    call.whenComplete(
        (reply, error) -> {
          if (error == null) {
            Duration time = age();
            listener.replied(reply, sentMicros);
            ended(time, false);
          } else {
            failed(call, error);
          }
        });
    wire.connector().send(call);
  }

  private CommandArgs<byte[], byte[]> args() {
    byte[][] keys = script.keys();
    return Call.args()
        .add(withText ? wire.script() : wire.scriptSha1())
        .add(keys.length)
        .addKeys(keys)
        .addValues(script.args());
  }

  private void failed(Call call, Throwable error) {
    if (!over && !withText && Errors.isNoScript(error)) {
      withText = true;
      again();
    } else if (!over && isUnsent(call, error) && unsentRetries < UNSENT_RETRIES) {
      unsentRetries++;
      wire.later(
          UNSENT_DELAY_MILLIS,
          () -> {
            if (over) {
              listener.failed(error, false);
            } else {
              again();
            }
          });
    } else {
      if (Errors.isReadOnly(error)) {
        wire.connector().suspect();
      }
      Duration time = age();
      listener.failed(error, call.mayHaveRun());
      ended(time, true);
    }
  }

  private Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Publishes the event, after the callers have their decisions: they do not wait for it. */
  private void ended(Duration time, boolean failed) {
    if (!wire.events().isEmpty()) {
      wire.events()
          .publishOneOfMany(
              new StoreEvent.BatchEnded(
                  script.requests(),
                  Instant.now().minus(age()),
                  time,
                  failed,
                  listener.observations()));
    }
  }

  private void again() {
    if (listener.isWanted()) {
      start();
    } else {
      listener.failed(new RedisException("No caller waits any more"), false);
    }
  }

  private boolean isUnsent(Call call, Throwable error) {
    return wire.connector().isCluster()
        && !(error instanceof RedisCommandExecutionException)
        && !call.mayHaveRun();
  }

  /**
   * Prevents it from running.
   *
   * @return false if it is too late
   */
  boolean abandon() {
    Call call = current;
    if (call == null || !call.abandon()) {
      return false;
    }
    over = true;
    return true;
  }

  /** Ends it without a reply. */
  void giveUp() {
    over = true;
    Call call = current;
    if (call != null) {
      call.abandon();
      call.completeExceptionally(new RedisException("No answer"));
    }
  }
}
