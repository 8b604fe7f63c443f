package io.github.ratelimiter.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws the delays and faults of messages. */
final class Network {
  /** The fault of a message and its reply. */
  enum Trouble {
    NONE,
    REQUEST_LOST_AND_CUT,
    REPLY_LOST_AND_CUT,
    REQUEST_LOST,
    REPLY_LOST,
    REPLY_TWICE
  }

  /** The delay of a message, the delay of its reply, and its fault. */
  record Fate(long there, long back, Trouble trouble) {}

  private static final Trouble[] TROUBLES = Trouble.values();
  private static final int TROUBLES_WHILE_LOSSY = 300;
  private static final long LEAST_TRAVEL = 30;

  private final Setup setup;
  private final Scheduler time;
  private final long[] partedUntil;
  private final long[] unheardUntil;
  private long slowUntil;
  private long slowMicros;
  private long lossyUntil;
  private boolean well;
  private long messages;
  private long lastMessage;

  Network(Setup setup, Scheduler time) {
    this.setup = setup;
    this.time = time;
    this.partedUntil = new long[setup.instances()];
    this.unheardUntil = new long[setup.instances()];
  }

  /** Drawn from the instant, so that it does not depend on other messages. */
  Fate next(int slot) {
    messages = time.now() == lastMessage ? messages + 1 : 0;
    lastMessage = time.now();
    SplittableRandom random = Seeds.random(setup.seed(), 4, slot, time.now(), messages);
    long there = travel(random);
    long back = travel(random);
    if (time.now() < partedUntil[slot]) {
      return new Fate(there, back, Trouble.REQUEST_LOST);
    }
    int usual = well ? 0 : setup.troubles();
    int troubles = time.now() < lossyUntil ? TROUBLES_WHILE_LOSSY : usual;
    boolean troubled = random.nextInt(1_000) < troubles;
    int trouble = troubled ? 1 + random.nextInt(TROUBLES.length - 1) : 0;
    return new Fate(there, back, TROUBLES[trouble]);
  }

  private long travel(SplittableRandom random) {
    long travel = LEAST_TRAVEL + random.nextLong(setup.travelMicros());
    return time.now() < slowUntil ? travel + random.nextLong(slowMicros) : travel;
  }

  void slow(long micros, long until) {
    slowMicros = micros;
    slowUntil = until;
  }

  void lossy(long until) {
    lossyUntil = until;
  }

  void part(int slot, long until) {
    partedUntil[slot] = until;
  }

  /** Drops the heartbeats of an instance. */
  void silence(int slot, long until) {
    unheardUntil[slot] = until;
  }

  boolean hearsOf(int slot) {
    return time.now() >= unheardUntil[slot] && time.now() >= partedUntil[slot];
  }

  void heal() {
    well = true;
    slowUntil = 0;
    lossyUntil = 0;
    Arrays.fill(partedUntil, 0);
    Arrays.fill(unheardUntil, 0);
  }
}
