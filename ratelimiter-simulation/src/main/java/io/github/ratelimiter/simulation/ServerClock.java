package io.github.ratelimiter.simulation;

import java.util.ArrayList;
import java.util.List;

/** The server's clock: the true time until it is set back. */
final class ServerClock {
  /** The clock went back at an instant of the true time, from one instant to another. */
  record Step(long at, long from, long to) {}

  private final Scheduler time;
  private final List<Step> steps = new ArrayList<>();
  private long offset;

  ServerClock(Scheduler time) {
    this.time = time;
  }

  long now() {
    return time.now() + offset;
  }

  void stepBack(long micros) {
    steps.add(new Step(time.now(), now(), now() - micros));
    offset -= micros;
  }

  List<Step> steps() {
    return steps;
  }
}
