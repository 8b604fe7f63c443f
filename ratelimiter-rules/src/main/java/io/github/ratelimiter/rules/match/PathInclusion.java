package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.rules.match.PathPattern.Kind;
import io.github.ratelimiter.rules.match.PathPattern.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/*
 * The wide patterns are read as one automaton: a position is a segment that comes next, and the end
 * of a pattern is a position of its own. The narrow pattern is walked with the set of all positions
 * that the wide ones can be in. A wildcard of the narrow pattern stands for a segment that is in no
 * pattern: only wildcards match it, and these match any other segment as well. So the walk proves
 * the inclusion for all paths. Where "**" is next, the narrow pattern may go on, or have one more
 * such segment; the sets repeat soon, and each is visited once.
 */
/** Tells whether some patterns match every path that another pattern matches. */
final class PathInclusion {
  /** Beyond this number of steps the answer is no, which is always safe. */
  private static final int MOST_STEPS = 10_000;

  /** A segment that no literal equals. */
  private static final Segment FRESH = new Segment(Kind.LITERAL, "", "");

  /** A place of the narrow pattern, with all positions that the wide ones can be in there. */
  private record State(int next, BitSet positions) {}

  private final List<Segment> wide = new ArrayList<>();
  private final BitSet ends = new BitSet();
  private final List<Segment> narrow;
  private final BitSet begins = new BitSet();

  private PathInclusion(List<PathPattern> wide, PathPattern narrow) {
    this.narrow = narrow.segments();
    for (PathPattern pattern : wide) {
      begins.set(this.wide.size());
      this.wide.addAll(pattern.segments());
      ends.set(this.wide.size());
      this.wide.add(FRESH); // Nothing follows the end of a pattern, and nothing equals this.
    }
  }

  /** Returns whether each path that the narrow pattern matches is matched by one of the others. */
  static boolean covers(List<PathPattern> wide, PathPattern narrow) {
    return new PathInclusion(wide, narrow).holds();
  }

  private boolean holds() {
    State first = new State(0, skipped(begins));
    Set<State> known = new HashSet<>(Set.of(first));
    Deque<State> open = new ArrayDeque<>(List.of(first));
    while (!open.isEmpty()) {
      State state = open.remove();
      if (known.size() > MOST_STEPS || isMissed(state)) {
        return false;
      }
      for (State next : after(state)) {
        if (known.add(next)) {
          open.add(next);
        }
      }
    }
    return true;
  }

  /** Returns whether a path can end here that none of the wide patterns matches. */
  private boolean isMissed(State state) {
    return state.positions().isEmpty()
        || state.next() == narrow.size() && !state.positions().intersects(ends);
  }

  private List<State> after(State state) {
    if (state.next() == narrow.size()) {
      return List.of();
    }
    Segment segment = narrow.get(state.next());
    if (segment.kind() == Kind.ANY) {
      return List.of(
          new State(state.next() + 1, state.positions()),
          new State(state.next(), taken(FRESH, state.positions())));
    }
    Segment read = segment.kind() == Kind.ONE ? FRESH : segment;
    return List.of(new State(state.next() + 1, taken(read, state.positions())));
  }

  /** Returns the positions after one more segment of a path. */
  private BitSet taken(Segment segment, BitSet positions) {
    BitSet after = new BitSet();
    positions.stream()
        .forEach(
            at -> {
              Kind kind = wide.get(at).kind();
              if (kind == Kind.ANY) {
                after.set(at);
              } else if (!ends.get(at) && (kind == Kind.ONE || isEqual(wide.get(at), segment))) {
                after.set(at + 1);
              }
            });
    return skipped(after);
  }

  private static boolean isEqual(Segment literal, Segment segment) {
    return segment != FRESH && literal.text().equals(segment.text());
  }

  /** Adds the positions after each "**", which may match no segment. */
  private BitSet skipped(BitSet positions) {
    BitSet all = (BitSet) positions.clone();
    for (int at = all.nextSetBit(0); at >= 0; at = all.nextSetBit(at + 1)) {
      if (wide.get(at).kind() == Kind.ANY) {
        all.set(at + 1);
      }
    }
    return all;
  }
}
