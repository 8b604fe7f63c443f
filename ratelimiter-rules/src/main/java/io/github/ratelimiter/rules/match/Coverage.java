package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.CidrBlock;
import java.util.List;

/**
 * Tells whether one condition holds for every request for which another one holds. It is careful:
 * it may say no where the answer is yes.
 */
final class Coverage {
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
    if (wide instanceof Condition.Not not && narrow instanceof Condition.Not other) {
      return covers(other.condition(), not.condition());
    }
    if (wide instanceof Condition.Path paths && narrow instanceof Condition.Path others) {
      return others.patterns().stream()
          .allMatch(other -> PathInclusion.covers(paths.patterns(), other));
    }
    if (wide instanceof Condition.Method methods && narrow instanceof Condition.Method others) {
      return others.methods().stream().allMatch(methods::accepts);
    }
    if (wide instanceof Condition.Address blocks && narrow instanceof Condition.Address others) {
      return others.blocks().stream().allMatch(other -> covers(blocks.blocks(), other));
    }
    return valueCovers(wide, narrow);
  }

  private static boolean valueCovers(Condition wide, Condition narrow) {
    if (wide instanceof Condition.User one && narrow instanceof Condition.User other) {
      return covers(one.values(), other.values());
    }
    if (wide instanceof Condition.ApiKey one && narrow instanceof Condition.ApiKey other) {
      return covers(one.values(), other.values());
    }
    if (wide instanceof Condition.Tier one && narrow instanceof Condition.Tier other) {
      return covers(one.values(), other.values());
    }
    if (wide instanceof Condition.Header one && narrow instanceof Condition.Header other) {
      return one.name().equalsIgnoreCase(other.name()) && covers(one.values(), other.values());
    }
    if (wide instanceof Condition.Query one && narrow instanceof Condition.Query other) {
      return one.name().equals(other.name()) && covers(one.values(), other.values());
    }
    return wide instanceof Condition.Attribute one
        && narrow instanceof Condition.Attribute other
        && one.name().equals(other.name())
        && covers(one.values(), other.values());
  }

  private static boolean covers(Values wide, Values narrow) {
    return wide.accepted().isEmpty()
        || !narrow.accepted().isEmpty() && wide.accepted().containsAll(narrow.accepted());
  }

  private static boolean covers(List<CidrBlock> wide, CidrBlock narrow) {
    return wide.stream().anyMatch(block -> block.contains(narrow));
  }
}
