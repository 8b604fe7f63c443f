package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.RuleIndex;
import io.github.ratelimiter.rules.match.Subject;
import java.util.List;
import java.util.function.Function;

/** The ways to find the rules for a request. */
public enum MatchContender {
  /** The index of this library. */
  INDEX(conditions -> RuleIndex.of(conditions, condition -> condition)::matching),

  /** Evaluates the condition of each rule. */
  SCAN(
      conditions ->
          subject -> conditions.stream().filter(condition -> condition.holds(subject)).toList());

  private final Function<List<Condition>, Function<Subject, List<Condition>>> create;

  MatchContender(Function<List<Condition>, Function<Subject, List<Condition>>> create) {
    this.create = create;
  }

  /** Returns a function that finds the conditions that hold. */
  Function<Subject, List<Condition>> create(List<Condition> conditions) {
    return create.apply(conditions);
  }
}
