package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.redis.transport.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Requests that are sent in one script call, and their callers. */
final class Batch implements Execution.Listener {
  /** The requests of one key, in order, and their callers. */
  record Entry(ScriptCall.Item item, List<Pending> pending) {
    Entry(byte[] stateKey) {
      this(new ScriptCall.Item(stateKey, new ArrayList<>(4)), new ArrayList<>(4));
    }

    void add(Pending one) {
      item.requests().add(one.request());
      pending.add(one);
    }
  }

  private final Wire wire;
  private final List<Entry> entries;
  private final Consumer<Batch> answered;
  private final Consumer<Batch> split;
  private final ScriptCall script;
  private final Execution execution;
  private final AtomicBoolean over = new AtomicBoolean();
  private final long startNanos = System.nanoTime();

  /**
   * Creates a batch.
   *
   * @param entries of different keys under one hash tag
   * @param answered notified of a reply or a failure before the callers are
   * @param split starts a part of it that must be sent alone
   */
  Batch(Wire wire, List<Entry> entries, Consumer<Batch> answered, Consumer<Batch> split) {
    this.wire = wire;
    this.entries = entries;
    this.answered = answered;
    this.split = split;
    List<ScriptCall.Item> items = new ArrayList<>(entries.size());
    entries.forEach(entry -> items.add(entry.item));
    this.script = ScriptCall.of(items);
    this.execution = new Execution(wire, script, this);
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
      wire.skew().replied(sentMicros, script.nowMicros(reply));
    } catch (RuntimeException e) {
      fail(entries, wire.errors().mistake("the decision script answered " + reply, true, e));
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      decided(reply, i);
    }
  }

  private void decided(List<Object> reply, int item) {
    Entry entry = entries.get(item);
    List<Decision> decisions;
    try {
      decisions = script.decisions(reply, item);
    } catch (RuntimeException e) {
      fail(
          List.of(entry),
          wire.errors().mistake("a reply cannot be read: " + e.getMessage(), true, e));
      return;
    }
    for (int i = 0; i < decisions.size(); i++) {
      entry.pending.get(i).complete(decisions.get(i));
    }
  }

  @Override
  public void failed(Throwable error, boolean mayHaveRun) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    if (entries.size() > 1 && Errors.isTryAgain(error)) {
      for (Entry alone : entries) {
        split.accept(new Batch(wire, List.of(alone), answered, split));
      }
      answered.accept(this);
      return;
    }
    answered.accept(this);
    fail(entries, wire.errors().ofCall(error, mayHaveRun));
  }

  /** It has not run. If no caller waits any more, it never will. */
  @Override
  public boolean isWanted() {
    Now now = Now.look();
    for (Entry entry : entries) {
      for (Pending pending : entry.pending) {
        if (!pending.isDone() && !pending.isDue(now)) {
          return true;
        }
      }
    }
    entries.forEach(entry -> entry.pending.forEach(one -> one.expire(false)));
    return false;
  }

  private static void fail(List<Entry> entries, StoreException failure) {
    for (Entry entry : entries) {
      entry.pending.forEach(pending -> pending.completeExceptionally(failure));
    }
  }

  /**
   * Completes requests with a deadline that has passed, and gives up when no reply has come for too
   * long.
   */
  void sweep(Now now) {
    for (Entry entry : entries) {
      for (Pending pending : entry.pending) {
        if (!pending.isDone() && pending.isDue(now)) {
          boolean alone = entries.size() == 1 && entry.pending.size() == 1;
          pending.expire(!alone || !execution.abandon());
        }
      }
    }
    if (System.nanoTime() - startNanos > wire.options().patience().toNanos()) {
      wire.connector().suspect();
      execution.giveUp();
    }
  }
}
