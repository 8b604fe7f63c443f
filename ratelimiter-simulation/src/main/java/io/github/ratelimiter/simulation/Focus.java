package io.github.ratelimiter.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What a run tries hardest. Runs that try everything at once seldom come far with anything. */
enum Focus {
  /** Everything. */
  ANY,

  /** One instance, whose fallback must count exactly. */
  FALLBACK,

  /** Instances that spend leases from a state that gets lost. */
  LEASES,

  /** Versions of a policy, one after another and side by side. */
  VERSIONS;

  /**
   * Draws a focus.
   *
   * @param draw from 0 to 99
   */
  static Focus of(int draw) {
    return draw < 40 ? ANY : draw < 60 ? FALLBACK : draw < 80 ? LEASES : VERSIONS;
  }

  /** The faults that such runs have. */
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
