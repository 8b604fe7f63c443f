package io.github.ratelimiter.redis;

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
  public void submit(PendingRequest pending) {
    start(SingleRequests.of(pending, wire.keys().stateKey(pending.request()), wire));
  }

  @Override
  public void submit(PendingJoint pending) {
    start(new JointRequests(List.of(pending), wire));
  }

  private void start(BatchContent content) {
    Batch batch =
        new Batch(
            wire,
            content,
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
