package io.github.ratelimiter.rules.match;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the rules with conditions that hold for a request, without evaluating the others. Immutable
 * and thread-safe.
 *
 * <p>A rule is put where one part of its condition leads: to a user or an API key that it names;
 * there, or for everybody, to a pattern of a path, else to a method. Only the rules without any of
 * these are evaluated for each request. The whole condition of a rule that is found is evaluated
 * then.
 *
 * @param <T> the type of the rules
 */
public final class RuleIndex<T> {
  /** A rule and its place in the order. */
  record Entry<T>(int position, T rule, Condition condition) {}

  private final RuleGroup<T> everybody = new RuleGroup<>();
  private final Map<String, RuleGroup<T>> users = new HashMap<>();
  private final Map<String, RuleGroup<T>> apiKeys = new HashMap<>();

  private RuleIndex(List<T> inOrder, Function<? super T, Condition> conditionOf) {
    for (int i = 0; i < inOrder.size(); i++) {
      T rule = inOrder.get(i);
      add(new Entry<>(i, rule, conditionOf.apply(rule)));
    }
  }

  /**
   * Returns an index.
   *
   * @param <T> the type of the rules
   * @param inOrder the rules, in the order in which they are found
   * @param conditionOf returns the condition of a rule
   * @return an index
   */
  public static <T> RuleIndex<T> of(List<T> inOrder, Function<? super T, Condition> conditionOf) {
    return new RuleIndex<>(inOrder, conditionOf);
  }

  private void add(Entry<T> entry) {
    Conjunction parts = Conjunction.of(entry.condition());
    Optional<Set<String>> userNames =
        parts.first(Condition.User.class).map(Condition.User::values).flatMap(RuleIndex::named);
    Optional<Set<String>> keyNames =
        parts.first(Condition.ApiKey.class).map(Condition.ApiKey::values).flatMap(RuleIndex::named);
    if (userNames.isPresent()) {
      userNames.get().forEach(user -> group(users, user).add(entry, parts));
    } else if (keyNames.isPresent()) {
      keyNames.get().forEach(apiKey -> group(apiKeys, apiKey).add(entry, parts));
    } else {
      everybody.add(entry, parts);
    }
  }

  /** Returns the values that are accepted; empty if all are. */
  private static Optional<Set<String>> named(Values values) {
    return Optional.of(values.accepted()).filter(accepted -> !accepted.isEmpty());
  }

  private static <T> RuleGroup<T> group(Map<String, RuleGroup<T>> groups, String name) {
    return groups.computeIfAbsent(name, n -> new RuleGroup<>());
  }

  /**
   * Returns the rules with conditions that hold.
   *
   * @param request the request
   * @return the rules in their order; it cannot be changed
   */
  public List<T> matching(Subject request) {
    List<Entry<T>> found = candidates(request);
    List<T> matching = new ArrayList<>(found.size());
    int last = -1;
    for (Entry<T> entry : found) {
      // A rule with several patterns can be found several times.
      if (entry.position() != last && entry.condition().holds(request)) {
        matching.add(entry.rule());
      }
      last = entry.position();
    }
    return Collections.unmodifiableList(matching);
  }

  /** Returns all rules that a request may match, in their order; some may be there twice. */
  List<Entry<T>> candidates(Subject request) {
    List<Entry<T>> found = new ArrayList<>(4);
    everybody.find(request, found);
    find(users, users.isEmpty() ? Optional.empty() : request.user(), request, found);
    find(apiKeys, apiKeys.isEmpty() ? Optional.empty() : request.apiKey(), request, found);
    found.sort(Comparator.comparingInt(Entry::position));
    return found;
  }

  private static <T> void find(
      Map<String, RuleGroup<T>> groups,
      Optional<String> name,
      Subject request,
      List<? super Entry<T>> found) {
    RuleGroup<T> group = name.map(groups::get).orElse(null);
    if (group != null) {
      group.find(request, found);
    }
  }
}
