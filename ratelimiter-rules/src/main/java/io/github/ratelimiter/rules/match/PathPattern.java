package io.github.ratelimiter.rules.match;

import java.util.List;

/**
 * A pattern of paths. Immutable.
 *
 * <pre>{@code
 * /login                  /login
 * /orders/{id}            /orders/42, not /orders and not /orders/42/items
 * /orders/{id}/items/*    the same: {name} and * are one segment
 * /api/**                 /api, /api/v1, /api/v1/orders: ** is any number of segments
 * /**}{@code /export          /export, /api/v1/export
 * }</pre>
 *
 * <p>A pattern is written as the decoded path. An encoded slash in a segment is written as {@code
 * %2F}. A slash at the end does not matter. The name in braces is for readers only.
 */
public final class PathPattern {
  /** The kinds of segments. */
  enum Kind {
    /** A text. */
    LITERAL,
    /** One segment. */
    ONE,
    /** Any number of segments, also none. */
    ANY
  }

  /** A segment of a pattern. The texts are empty unless it is a literal. */
  record Segment(Kind kind, String text, String folded) {
    static final Segment ONE = new Segment(Kind.ONE, "", "");
    static final Segment ANY = new Segment(Kind.ANY, "", "");

    /** Many patterns have the same segments; they share one text, which stays in the caches. */
    static Segment literal(String text) {
      return new Segment(Kind.LITERAL, text.intern(), NormalPath.fold(text).intern());
    }

    /** Requires that this is not {@link Kind#ANY}. */
    boolean matches(String segment, boolean ignoresCase) {
      return kind == Kind.ONE || (ignoresCase ? folded : text).equals(segment);
    }
  }

  private final String text;
  private final List<Segment> segments;

  private PathPattern(String text, List<Segment> segments) {
    this.text = text;
    this.segments = segments;
  }

  /**
   * Reads a pattern.
   *
   * @param text for example {@code /orders/{id}}
   * @return the pattern
   * @throws IllegalArgumentException if it is not a pattern; the message gives the position, what
   *     is wrong and what would work
   */
  public static PathPattern parse(String text) {
    return new PathPattern(text, PathPatternParser.segments(text));
  }

  /**
   * Returns whether a path matches.
   *
   * @param path the path
   * @return true if a form of the path matches
   */
  public boolean matches(NormalPath path) {
    for (List<String> form : path.segments()) {
      if (matches(form, path.ignoresCase())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Each {@code **} takes as few segments as possible. If the rest does not match, the last one
   * takes one more; an earlier one never needs to. So the steps are at most the product of both
   * lengths.
   */
  private boolean matches(List<String> path, boolean ignoresCase) {
    int next = 0;
    int afterAny = -1;
    int taken = 0;
    int at = 0;
    while (at < path.size()) {
      if (next < segments.size() && segments.get(next).kind() == Kind.ANY) {
        next++;
        afterAny = next;
        taken = at;
      } else if (next < segments.size() && segments.get(next).matches(path.get(at), ignoresCase)) {
        next++;
        at++;
      } else if (afterAny >= 0) {
        next = afterAny;
        taken++;
        at = taken;
      } else {
        return false;
      }
    }
    while (next < segments.size() && segments.get(next).kind() == Kind.ANY) {
      next++;
    }
    return next == segments.size();
  }

  List<Segment> segments() {
    return segments;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PathPattern other && text.equals(other.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the text that was read. */
  @Override
  public String toString() {
    return text;
  }
}
