package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.server.Cluster;
import io.github.ratelimiter.bench.server.ClusterNode;

/**
 * What goes wrong in a stage. Each fault hits the master of another part of the slots, so that one
 * fault does not change the effect of the next.
 */
enum Fault {
  /** Nothing. */
  NONE(0) {
    @Override
    void begin(ClusterNode master) {}

    @Override
    void end(ClusterNode master) {}
  },

  /** A master is killed. Its replica takes over; the master comes back as a replica. */
  MASTER_KILLED(0) {
    @Override
    void begin(ClusterNode master) {
      master.kill();
    }

    @Override
    void end(ClusterNode master) {}

    @Override
    void repair(Cluster cluster, ClusterNode master) {
      // Not before its replica is the master, because it would come back without data.
      cluster.awaitMaster(part());
      master.start();
    }
  },

  /** A master does not run for a while, and its connections stay open. */
  NODE_PAUSED(1) {
    @Override
    void begin(ClusterNode master) {
      master.pause();
    }

    @Override
    void end(ClusterNode master) {
      master.resume();
    }
  },

  /** A master has no memory for writes. */
  MEMORY_FILLED(2) {
    @Override
    void begin(ClusterNode master) {
      master.maximumMemory(1);
    }

    @Override
    void end(ClusterNode master) {
      master.maximumMemory(0);
    }
  };

  /** When a fault begins and ends, as parts of the stage. */
  static final double BEGIN = 0.1;

  static final double END = 0.6;

  private final int part;

  Fault(int part) {
    this.part = part;
  }

  /** Returns the part of the slots that is hit. */
  int part() {
    return part;
  }

  /** Called early in the stage. */
  abstract void begin(ClusterNode master);

  /** Called later in the stage. */
  abstract void end(ClusterNode master);

  /** Called after the stage. */
  void repair(Cluster cluster, ClusterNode master) {}
}
