package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.RuleSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The differences between two sets of rules, for example of two versions, in the terms of a rule
 * file. Immutable.
 *
 * <pre>{@code
 * RuleSetDiff.between(before.rules(), after.rules())
 *
 * + rule 'export': match { path: /export/** }, key ip, limits 2/min
 * ~ rule 'login': limits 5/min -> 10/min
 * - denied 203.0.113.0/24: reason scan
 * }</pre>
 *
 * @param changes what was added, removed or changed: rules by their IDs, the default rule, entries
 *     of lists by their clients, overrides by user and rule, and settings
 */
public record RuleSetDiff(List<RuleChange> changes) {
  /** Copies the list. */
  public RuleSetDiff {
    changes = List.copyOf(changes);
  }

  /**
   * Compares two sets of rules. The cost is linear in their size.
   *
   * @param before the set before
   * @param after the set after
   * @return the differences; sets that are equal have none
   */
  public static RuleSetDiff between(RuleSet before, RuleSet after) {
    return new RuleSetDiff(new RuleSetComparison(before, after).changes());
  }

  /**
   * Returns whether there is no difference.
   *
   * @return true if nothing was added, removed or changed
   */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /**
   * Returns one line for each change. It contains users and addresses, which may be personal data.
   */
  @Override
  public String toString() {
    return changes.stream().map(RuleChange::toString).collect(Collectors.joining("\n"));
  }
}
