package io.github.ratelimiter.redis;

/** Group commit: a lane for each hash tag. */
final class GroupedPath implements Path {
  private final Wire wire;
  private final Lane[] lanes;

  GroupedPath(Wire wire) {
    this.wire = wire;
    this.lanes = new Lane[wire.keys().tags()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(wire);
    }
  }

  @Override
  public void submit(Pending pending) {
    lanes[wire.keys().tagOf(pending.request())].submit(pending);
  }

  @Override
  public boolean sweep(Now now) {
    boolean waiting = false;
    for (Lane lane : lanes) {
      waiting |= lane.sweep(now);
    }
    return waiting;
  }

  @Override
  public String toString() {
    return "grouped";
  }
}
