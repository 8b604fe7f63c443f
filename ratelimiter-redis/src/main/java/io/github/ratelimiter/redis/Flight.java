package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Requests that travel in one script call, and their callers. */
final class Flight implements Execution.Listener {
  /** A key, what is asked of it, in order, and by whom. */
  record Passenger(ScriptCall.Item item, List<Pending> pending) {
    Passenger(byte[] stateKey) {
      this(new ScriptCall.Item(stateKey, new ArrayList<>(4)), new ArrayList<>(4));
    }

    void add(Pending one) {
      item.requests().add(one.request());
      pending.add(one);
    }
  }

  private final Wire wire;
  private final List<Passenger> passengers;
  private final Consumer<Flight> landed;
  private final Consumer<Flight> split;
  private final ScriptCall script;
  private final Execution execution;
  private final AtomicBoolean over = new AtomicBoolean();
  private final long startNanos = System.nanoTime();

  /**
   * A flight that has not begun.
   *
   * @param passengers of different keys under one hash tag
   * @param landed is told when it is over, before its callers are
   * @param split starts a part of it that has to travel alone
   */
  Flight(Wire wire, List<Passenger> passengers, Consumer<Flight> landed, Consumer<Flight> split) {
    this.wire = wire;
    this.passengers = passengers;
    this.landed = landed;
    this.split = split;
    List<ScriptCall.Item> items = new ArrayList<>(passengers.size());
    passengers.forEach(passenger -> items.add(passenger.item));
    this.script = ScriptCall.of(items);
    this.execution = new Execution(wire, script, this);
  }

  void start() {
    execution.start();
  }

  boolean isOver() {
    return over.get();
  }

  @Override
  public void replied(List<Object> reply, long sentMicros) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    landed.accept(this);
    try {
      wire.skew().replied(sentMicros, script.nowMicros(reply));
    } catch (RuntimeException e) {
      fail(passengers, wire.errors().mistake("the decision script answered " + reply, true, e));
      return;
    }
    for (int i = 0; i < passengers.size(); i++) {
      decided(reply, i);
    }
  }

  private void decided(List<Object> reply, int item) {
    Passenger passenger = passengers.get(item);
    List<Decision> decisions;
    try {
      decisions = script.decisions(reply, item);
    } catch (RuntimeException e) {
      fail(
          List.of(passenger),
          wire.errors().mistake("a reply cannot be read: " + e.getMessage(), true, e));
      return;
    }
    for (int i = 0; i < decisions.size(); i++) {
      passenger.pending.get(i).complete(decisions.get(i));
    }
  }

  @Override
  public void failed(Throwable error, boolean mayHaveRun) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    if (passengers.size() > 1 && Errors.isTryAgain(error)) {
      for (Passenger alone : passengers) {
        split.accept(new Flight(wire, List.of(alone), landed, split));
      }
      landed.accept(this);
      return;
    }
    landed.accept(this);
    fail(passengers, wire.errors().ofCall(error, mayHaveRun));
  }

  /** It has not run: if nobody is left who waits, it never will. */
  @Override
  public boolean isWanted() {
    Now now = Now.look();
    for (Passenger passenger : passengers) {
      for (Pending pending : passenger.pending) {
        if (!pending.isDone() && !pending.isDue(now)) {
          return true;
        }
      }
    }
    passengers.forEach(passenger -> passenger.pending.forEach(one -> one.expire(false)));
    return false;
  }

  private static void fail(List<Passenger> passengers, StoreException failure) {
    for (Passenger passenger : passengers) {
      passenger.pending.forEach(pending -> pending.completeExceptionally(failure));
    }
  }

  /** Answers callers whose deadline has passed, and gives up when the patience is over. */
  void sweep(Now now) {
    for (Passenger passenger : passengers) {
      for (Pending pending : passenger.pending) {
        if (!pending.isDone() && pending.isDue(now)) {
          boolean alone = passengers.size() == 1 && passenger.pending.size() == 1;
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
