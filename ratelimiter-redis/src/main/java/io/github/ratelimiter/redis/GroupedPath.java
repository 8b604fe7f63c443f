package io.github.ratelimiter.redis;

/** Sends requests in batches, with a batcher for each hash tag. */
final class GroupedPath implements Path {
  private final Wire wire;
  private final Batcher[] batchers;

  GroupedPath(Wire wire) {
    this.wire = wire;
    this.batchers = new Batcher[wire.keys().tags()];
    for (int i = 0; i < batchers.length; i++) {
      batchers[i] = new Batcher(wire);
    }
  }

  @Override
  public void submit(PendingRequest pending) {
    batchers[wire.keys().tagOf(pending.request())].submit(pending);
  }

  @Override
  public void submit(PendingJoint pending) {
    batchers[wire.keys().tagOf(pending.request().request(0))].submit(pending);
  }

  @Override
  public boolean sweep(Now now) {
    boolean waiting = false;
    for (Batcher batcher : batchers) {
      waiting |= batcher.sweep(now);
    }
    return waiting;
  }

  @Override
  public String toString() {
    return "grouped";
  }
}
