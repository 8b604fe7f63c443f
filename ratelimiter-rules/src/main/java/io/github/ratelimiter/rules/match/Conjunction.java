package io.github.ratelimiter.rules.match;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The parts of a condition that must all hold. */
record Conjunction(List<Condition> parts) {
  static Conjunction of(Condition condition) {
    return new Conjunction(flat(condition).toList());
  }

  private static Stream<Condition> flat(Condition condition) {
    return condition instanceof Condition.All all
        ? all.conditions().stream().flatMap(Conjunction::flat)
        : Stream.of(condition);
  }

  /** Returns the first part of a kind. */
  <C extends Condition> Optional<C> first(Class<C> kind) {
    return parts.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }
}
