package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether conditions hold for requests. */
final class Evaluation {
  private Evaluation() {}

  /**
   * Returns whether a condition holds. A path matches if one of its forms does, so a {@code Not} of
   * a path holds only if no form matches.
   */
  static boolean holds(Condition condition, Subject request) {
    if (condition instanceof Condition.All all) {
      return all(all.conditions(), request);
    }
    if (condition instanceof Condition.Not not) {
      return !holds(not.condition(), request);
    }
    if (condition instanceof Condition.Path path) {
      return firstMatch(path.patterns(), request.path()).isPresent();
    }
    if (condition instanceof Condition.Method method) {
      return method.accepts(request.method());
    }
    return valueHolds(condition, request);
  }

  private static boolean valueHolds(Condition condition, Subject request) {
    if (condition instanceof Condition.User user) {
      return accepts(user.values(), request.user());
    }
    if (condition instanceof Condition.ApiKey apiKey) {
      return accepts(apiKey.values(), request.apiKey());
    }
    if (condition instanceof Condition.Tier tier) {
      return accepts(tier.values(), request.tier());
    }
    if (condition instanceof Condition.Header header) {
      return accepts(header.values(), request.headers(header.name()));
    }
    if (condition instanceof Condition.Query query) {
      return accepts(query.values(), request.parameters(query.name()));
    }
    if (condition instanceof Condition.Attribute attribute) {
      return accepts(attribute.values(), request.attribute(attribute.name()).map(String::valueOf));
    }
    if (condition instanceof Condition.Address address) {
      return contains(address.blocks(), request.address());
    }
    throw new AssertionError(condition);
  }

  private static boolean all(List<Condition> conditions, Subject request) {
    for (Condition condition : conditions) {
      if (!holds(condition, request)) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(Values values, Optional<String> value) {
    return value.isPresent() && values.accept(value.get());
  }

  private static boolean accepts(Values values, List<String> any) {
    return any.stream().anyMatch(values::accept);
  }

  private static boolean contains(List<CidrBlock> blocks, Optional<IpAddress> address) {
    return address.isPresent() && blocks.stream().anyMatch(block -> block.contains(address.get()));
  }

  private static Optional<PathPattern> firstMatch(List<PathPattern> patterns, NormalPath path) {
    for (PathPattern pattern : patterns) {
      if (pattern.matches(path)) {
        return Optional.of(pattern);
      }
    }
    return Optional.empty();
  }

  /** Returns the first pattern of a path in a condition that matches a request. */
  static Optional<PathPattern> matchedPattern(Condition condition, Subject request) {
    return paths(condition)
        .flatMap(path -> firstMatch(path.patterns(), request.path()).stream())
        .findFirst();
  }

  private static Stream<Condition.Path> paths(Condition condition) {
    if (condition instanceof Condition.Path path) {
      return Stream.of(path);
    }
    return condition instanceof Condition.All all
        ? all.conditions().stream().flatMap(Evaluation::paths)
        : Stream.empty();
  }
}
