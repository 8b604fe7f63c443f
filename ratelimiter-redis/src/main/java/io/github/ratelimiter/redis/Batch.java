package io.github.ratelimiter.redis;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.redis.transport.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Requests that are sent in one script call, and their callers. */
final class Batch implements Execution.Listener {
  private final Wire wire;
  private final BatchContent content;
  private final Consumer<Batch> answered;
  private final Consumer<Batch> split;
  private final Execution execution;
  private final AtomicBoolean over = new AtomicBoolean();
  private final long startNanos = System.nanoTime();

  /**
   * Creates a batch.
   *
   * @param answered notified of a reply or a failure before the callers are
   * @param split starts a part of it that must be sent alone
   */
  Batch(Wire wire, BatchContent content, Consumer<Batch> answered, Consumer<Batch> split) {
    this.wire = wire;
    this.content = content;
    this.answered = answered;
    this.split = split;
    this.execution = new Execution(wire, content.call(), this);
  }

  void start() {
    execution.start();
  }

  long ageNanos() {
    return System.nanoTime() - startNanos;
  }

  boolean isOver() {
    return over.get();
  }

  @Override
  public void replied(List<Object> reply, long sentMicros) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    answered.accept(this);
    try {
      wire.skew().replied(sentMicros, content.call().nowMicros(reply));
    } catch (RuntimeException e) {
      fail(wire.errors().mistake("the decision script answered " + reply, true, e));
      return;
    }
    content.complete(reply);
  }

  @Override
  public void failed(Throwable error, boolean mayHaveRun) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    if (content.size() > 1 && Errors.isTryAgain(error)) {
      List<BatchContent> parts = content.split();
      if (parts.size() > 1) {
        parts.forEach(part -> split.accept(new Batch(wire, part, answered, split)));
        answered.accept(this);
        return;
      }
    }
    answered.accept(this);
    fail(wire.errors().ofCall(error, mayHaveRun));
  }

  /** It has not run. If no caller waits any more, it never will. */
  @Override
  public boolean isWanted() {
    Now now = Now.look();
    boolean[] wanted = new boolean[1];
    content.forEach(pending -> wanted[0] |= !pending.isDone() && !pending.isDue(now));
    if (!wanted[0]) {
      content.forEach(pending -> pending.expire(false));
    }
    return wanted[0];
  }

  @Override
  public List<Observation> observations() {
    List<Observation> all = new ArrayList<>();
    content.forEach(pending -> all.addAll(pending.observations()));
    return all;
  }

  private void fail(StoreException failure) {
    content.forEach(pending -> pending.completeExceptionally(failure));
  }

  /**
   * Completes requests with a deadline that has passed, and gives up when no reply has come for too
   * long.
   */
  void sweep(Now now) {
    content.forEach(
        pending -> {
          if (!pending.isDone() && pending.isDue(now)) {
            pending.expire(content.size() > 1 || !execution.abandon());
          }
        });
    if (System.nanoTime() - startNanos > wire.options().patience().toNanos()) {
      wire.connector().suspect();
      execution.giveUp();
    }
  }
}
