package io.github.ratelimiter.redis;

import io.github.ratelimiter.store.StoreEvent;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of the script on a server. Made again only where it certainly has not run: once with the
 * text where the server does not know the script, and shortly after where a cluster's connection to
 * the right node is not there yet.
 */
final class Execution {
  private static final int UNSENT_RETRIES = 2;
  private static final long UNSENT_DELAY_MILLIS = 5;

  /** What became of it; called once. */
  interface Listener {
    void replied(List<Object> reply, long sentMicros);

    void failed(Throwable error, boolean mayHaveRun);

    /** Whether anybody still waits for it; asked before it is run again. */
    boolean isWanted();
  }

  private final Wire wire;
  private final ScriptCall script;
  private final Listener listener;
  private final long startNanos = System.nanoTime();
  private int unsentRetries;
  private boolean withText;
  private volatile @Nullable Call current;
  private volatile boolean over;

  /**
   * A run that has not begun.
   *
   * @param listener hears what became of it, once
   */
  Execution(Wire wire, ScriptCall script, Listener listener) {
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
            ended(false);
            listener.replied(reply, sentMicros);
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
      ended(true);
      listener.failed(error, call.mayHaveRun());
    }
  }

  private void ended(boolean failed) {
    if (!wire.events().isEmpty()) {
      Duration time = Duration.ofNanos(System.nanoTime() - startNanos);
      wire.events().publishOneOfMany(new StoreEvent.BatchEnded(script.requests(), time, failed));
    }
  }

  private void again() {
    if (listener.isWanted()) {
      start();
    } else {
      listener.failed(new RedisException("Nobody waits for it any more"), false);
    }
  }

  private boolean isUnsent(Call call, Throwable error) {
    return wire.connector().isCluster()
        && !(error instanceof RedisCommandExecutionException)
        && !call.mayHaveRun();
  }

  /**
   * Makes sure that it never runs.
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

  /** Ends it without an answer. */
  void giveUp() {
    over = true;
    Call call = current;
    if (call != null) {
      call.abandon();
      call.completeExceptionally(new RedisException("No answer"));
    }
  }
}
