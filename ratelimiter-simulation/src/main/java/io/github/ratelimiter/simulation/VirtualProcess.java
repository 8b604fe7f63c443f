package io.github.ratelimiter.simulation;

import io.github.ratelimiter.TimeSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The process of an instance. While it is stopped, its tasks wait. After it has died, they never
 * run. Its clock runs on, with its own offset.
 */
final class VirtualProcess implements TimeSource {
  private final Scheduler time;
  private final long offset;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean stopped;
  private boolean dead;
  private long stoppedAt;
  private long stoppedMicros;

  VirtualProcess(Scheduler time, long offset) {
    this.time = time;
    this.offset = offset;
  }

  void run(Runnable action) {
    if (stopped) {
      waiting.add(action);
    } else if (!dead) {
      action.run();
    }
  }

  boolean isRunning() {
    return !stopped && !dead;
  }

  boolean isDead() {
    return dead;
  }

  void stop() {
    if (!stopped) {
      stopped = true;
      stoppedAt = time.now();
    }
  }

  void goOn() {
    if (stopped) {
      stopped = false;
      stoppedMicros += time.now() - stoppedAt;
      while (isRunning() && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    }
  }

  void die() {
    dead = true;
    stopped = false;
    waiting.clear();
  }

  /** Returns the total time for which it was stopped until now. */
  long stoppedMicros() {
    return stoppedMicros;
  }

  /** Returns the time of the simulation at an instant of this process's clock. */
  long trueTime(long instant) {
    return instant - offset;
  }

  @Override
  public long nowMicros() {
    return time.now() + offset;
  }

  @Override
  public CompletableFuture<Void> after(long micros) {
    CompletableFuture<Void> alarm = new CompletableFuture<>();
    if (micros <= 0) {
      alarm.complete(null);
    } else {
      time.after(micros, () -> run(() -> alarm.complete(null)));
    }
    return alarm;
  }

  /** Tasks that the library runs on other threads run immediately, on the only thread. */
  @Override
  public Executor executor() {
    return this::run;
  }

  @Override
  public String toString() {
    return "virtual time";
  }
}
