package io.github.ratelimiter.simulation;

import java.util.List;

/** The result of a run. */
record Result(Plan plan, List<Violation> violations, Counts counts, List<String> story) {
  boolean failed() {
    return !violations.isEmpty();
  }

  boolean violates(String rule) {
    return violations.stream().anyMatch(violation -> violation.rule().equals(rule));
  }
}
