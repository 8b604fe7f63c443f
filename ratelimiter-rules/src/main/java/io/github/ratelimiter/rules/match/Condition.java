package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.CidrBlock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A condition on requests. Immutable. */
public sealed interface Condition {
  /**
   * The method is one of some, for example {@code POST}. {@code GET} accepts {@code HEAD} as well,
   * because servers answer both with the same handler.
   */
  record Method(Set<String> methods) implements Condition {
    /** Copies the set. */
    public Method {
      methods = Set.copyOf(methods);
    }

    /**
     * Returns whether requests with a method are accepted.
     *
     * @param method for example {@code HEAD}
     * @return true if the method is one of these, or if it is {@code HEAD} and {@code GET} is
     */
    public boolean accepts(String method) {
      return methods.contains(method) || methods.contains(counted(method));
    }

    /**
     * Returns the method as which a request is matched and counted.
     *
     * @param method the method of a request
     * @return {@code GET} for {@code HEAD}; otherwise the method itself
     */
    public static String counted(String method) {
      return method.equals("HEAD") ? "GET" : method;
    }
  }

  /** The path matches one of some patterns. */
  record Path(List<PathPattern> patterns) implements Condition {
    /** Copies the list. */
    public Path {
      patterns = List.copyOf(patterns);
    }
  }

  /** A header has an accepted value, on any of its lines. Names are compared without case. */
  record Header(String name, Values values) implements Condition {}

  /** A parameter of the query has an accepted value. Names and values are decoded. */
  record Query(String name, Values values) implements Condition {}

  /** The authenticated user is one of some. */
  record User(Values values) implements Condition {}

  /** The known API key is one of some. */
  record ApiKey(Values values) implements Condition {}

  /** The tier is one of some. */
  record Tier(Values values) implements Condition {}

  /** The address of the client is in one of some blocks. */
  record Address(List<CidrBlock> blocks) implements Condition {
    /** Copies the list. */
    public Address {
      blocks = List.copyOf(blocks);
    }
  }

  /** An attribute that the application sets or resolves has an accepted value. */
  record Attribute(String name, Values values) implements Condition {}

  /** Another condition does not hold. */
  record Not(Condition condition) implements Condition {}

  /** All of some conditions hold. */
  record All(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * Returns the condition that holds for every request.
   *
   * @return the condition
   */
  static Condition any() {
    return new All(List.of());
  }

  /**
   * Returns whether this condition holds.
   *
   * @param request the request
   * @return whether it holds
   */
  default boolean holds(Subject request) {
    return Evaluation.holds(this, request);
  }

  /**
   * Returns whether this condition holds for every request for which another one holds: {@code
   * /api/**} covers {@code /api/{id}}. Nothing is said that cannot be proved, so the answer may be
   * no although no request shows the difference.
   *
   * @param other the other condition
   * @return true if it is certain
   */
  default boolean covers(Condition other) {
    return Coverage.covers(this, other);
  }

  /**
   * Returns the pattern of this condition that the path matches. The patterns of a {@link Not} do
   * not count.
   *
   * @param request the request
   * @return the first one; empty if there is none
   */
  default Optional<PathPattern> matchedPattern(Subject request) {
    return Evaluation.matchedPattern(this, request);
  }
}
