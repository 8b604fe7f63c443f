package io.github.ratelimiter.rules;

import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import java.util.List;

/**
 * Tells whether one condition holds for every request for which another one holds. It is careful:
 * it may say no where the answer is yes.
 */
final class Coverage {
  private static final String REST = "/**";

  private Coverage() {}

  static boolean covers(Condition wide, Condition narrow) {
    if (wide.equals(narrow)) {
      return true;
    }
    if (wide instanceof Condition.All all) {
      return all.conditions().stream().allMatch(each -> covers(each, narrow));
    }
    if (narrow instanceof Condition.All all) {
      return all.conditions().stream().anyMatch(each -> covers(wide, each));
    }
    if (wide instanceof Condition.Path paths && narrow instanceof Condition.Path others) {
      return others.patterns().stream().allMatch(other -> covers(paths.patterns(), other));
    }
    return wide instanceof Condition.Method methods
        && narrow instanceof Condition.Method others
        && methods.methods().containsAll(others.methods());
  }

  private static boolean covers(List<PathPattern> wide, PathPattern narrow) {
    String text = narrow.toString();
    return wide.stream()
        .map(PathPattern::toString)
        .anyMatch(
            pattern ->
                pattern.equals(text)
                    || pattern.endsWith(REST) && isBelow(text, withoutRest(pattern)));
  }

  private static String withoutRest(String pattern) {
    return pattern.substring(0, pattern.length() - REST.length());
  }

  /** Requires a prefix without wildcards, otherwise it may be that nothing is below it. */
  private static boolean isBelow(String path, String prefix) {
    boolean plain = prefix.indexOf('*') < 0 && prefix.indexOf('{') < 0;
    return plain && (path.equals(prefix) || path.startsWith(prefix + "/"));
  }
}
