package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.Batch.Entry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sends each request in its own script call. */
final class PlainPath implements Path {
  private final Wire wire;
  private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();

  PlainPath(Wire wire) {
    this.wire = wire;
  }

  @Override
  public void submit(Pending pending) {
    Entry entry = new Entry(wire.keys().stateKey(pending.request()));
    entry.add(pending);
    Batch batch =
        new Batch(
            wire,
            List.of(entry),
            answered -> {},
            part -> {
              throw new IllegalStateException("one request cannot be split");
            });
    batches.add(batch);
    batch.start();
  }

  @Override
  public boolean sweep(Now now) {
    for (Batch first = batches.peek(); first != null && first.isOver(); first = batches.peek()) {
      batches.remove(first);
    }
    batches.forEach(batch -> batch.sweep(now));
    return !batches.isEmpty();
  }

  @Override
  public String toString() {
    return "plain";
  }
}
