package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Requests for one key each, by key. */
final class SingleRequests implements BatchContent {
  /** The requests of one key, in order, and their callers. */
  record Entry(ScriptCall.Item item, List<PendingRequest> pending) {
    Entry(byte[] stateKey) {
      this(new ScriptCall.Item(stateKey, new ArrayList<>(4)), new ArrayList<>(4));
    }

    void add(PendingRequest one) {
      item.requests().add(one.request());
      pending.add(one);
    }

    void fail(RuntimeException failure) {
      pending.forEach(one -> one.completeExceptionally(failure));
    }
  }

  private final List<Entry> entries;
  private final Wire wire;
  private final ScriptCall call;

  /**
   * Creates the content of a batch.
   *
   * @param entries of different keys under one hash tag
   */
  SingleRequests(List<Entry> entries, Wire wire) {
    this.entries = entries;
    this.wire = wire;
    List<ScriptCall.Item> items = new ArrayList<>(entries.size());
    entries.forEach(entry -> items.add(entry.item));
    this.call = ScriptCall.of(items, wire.skew().nowMicros());
  }

  /** Creates the content of a batch of one request. */
  static SingleRequests of(PendingRequest one, byte[] stateKey, Wire wire) {
    Entry entry = new Entry(stateKey);
    entry.add(one);
    return new SingleRequests(List.of(entry), wire);
  }

  @Override
  public ScriptCall call() {
    return call;
  }

  @Override
  public void forEach(Consumer<Pending<?>> action) {
    for (Entry entry : entries) {
      for (PendingRequest pending : entry.pending) {
        action.accept(pending);
      }
    }
  }

  @Override
  public int size() {
    return call.requests();
  }

  @Override
  public void complete(List<Object> reply) {
    for (int i = 0; i < entries.size(); i++) {
      complete(entries.get(i), reply, i);
    }
  }

  private void complete(Entry entry, List<Object> reply, int item) {
    List<Decision> decisions;
    try {
      decisions = call.decisions(reply, item);
    } catch (RuntimeException e) {
      entry.fail(wire.errors().mistake("a reply cannot be read: " + e.getMessage(), true, e));
      return;
    }
    for (int i = 0; i < decisions.size(); i++) {
      entry.pending.get(i).complete(decisions.get(i));
    }
  }

  @Override
  public List<BatchContent> split() {
    List<BatchContent> parts = new ArrayList<>();
    entries.forEach(entry -> parts.add(new SingleRequests(List.of(entry), wire)));
    return parts;
  }

  /** Returns true only if two requests are for the same state, and not always then. */
  @SuppressWarnings("StringEquality") // Callers of a hot key pass the same strings.
  static boolean sameState(Request request, Request other) {
    return request.policy() == other.policy() && request.key() == other.key();
  }
}
