package io.github.ratelimiter.simulation;

import java.util.EnumSet;
import java.util.Set;

/** The main subject of a run. Runs that try everything at once seldom reach deep states. */
enum Focus {
  /** Everything. */
  ANY,

  /** One instance with a fallback that must count exactly. */
  FALLBACK,

  /** Instances that spend leases of a state that is lost. */
  LEASES,

  /** Versions of a policy, one after another and at the same time. */
  VERSIONS;

  /**
   * Draws a focus.
   *
   * @param draw from 0 to 99
   */
  static Focus of(int draw) {
    return draw < 40 ? ANY : draw < 60 ? FALLBACK : draw < 80 ? LEASES : VERSIONS;
  }

  /** Returns the faults of such runs. */
  Set<Kind> faults() {
    return switch (this) {
      case ANY -> EnumSet.range(Kind.STOP_SERVER, Kind.INSTANCE_CLOSES);
      case FALLBACK -> EnumSet.range(Kind.STOP_SERVER, Kind.PARTITION);
      case LEASES ->
          EnumSet.of(
              Kind.KILL_SERVER_EMPTY,
              Kind.FLUSH,
              Kind.EVICT,
              Kind.FAILOVER,
              Kind.CLOCK_BACK,
              Kind.CUT,
              Kind.INSTANCE_DIES,
              Kind.INSTANCE_STOPS,
              Kind.INSTANCE_CLOSES);
      case VERSIONS -> EnumSet.of(Kind.FLUSH, Kind.EVICT, Kind.FAILOVER, Kind.CUT);
    };
  }
}
