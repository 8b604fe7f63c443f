package io.github.ratelimiter.simulation;

import java.util.SplittableRandom;

/** Random numbers that depend only on a seed and a place, not on numbers that were drawn before. */
final class Seeds {
  private Seeds() {}

  /** Returns a seed for a place: an event, or a message. */
  static long mix(long seed, long... place) {
    long mixed = finish(seed + 0x9e3779b97f4a7c15L);
    for (long part : place) {
      mixed = finish(mixed ^ (part + 0x9e3779b97f4a7c15L));
    }
    return mixed;
  }

  static SplittableRandom random(long seed, long... place) {
    return new SplittableRandom(mix(seed, place));
  }

  /** The finisher of SplitMix64. */
  private static long finish(long value) {
    long hash = value;
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
