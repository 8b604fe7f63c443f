package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleChange.Element;
import io.github.ratelimiter.rules.file.RuleChange.FieldChange;
import io.github.ratelimiter.rules.file.RuleChange.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares two sets of rules. Their elements are compared as they are written, so a value that a
 * file can have is never forgotten.
 */
final class RuleSetComparison {
  private static final RuleSetWriter SHORT = RuleSetWriter.withoutDefaults();
  private static final RuleSetWriter FULL = RuleSetWriter.withDefaults();

  /**
   * An element of a set.
   *
   * @param name for people
   * @param shown its values, without defaults, for an element that is new or gone
   * @param compared all of its values
   */
  private record Item(String name, Map<String, Object> shown, Map<String, Object> compared) {}

  /** A list may have several entries for one client, and a user several limits for one rule. */
  private record Place(Object identity, int number) {}

  private final RuleSet before;
  private final RuleSet after;
  private final List<RuleChange> changes = new ArrayList<>();

  RuleSetComparison(RuleSet before, RuleSet after) {
    this.before = before;
    this.after = after;
  }

  List<RuleChange> changes() {
    setting(
        "combine",
        Map.of("combine", before.combination().text()),
        Map.of("combine", after.combination().text()));
    compare(Element.RULE, RuleSet::rules, Rule::id, RuleSetComparison::item);
    order();
    compare(
        Element.DEFAULT_RULE,
        set -> set.defaultRule().stream().toList(),
        rule -> Element.DEFAULT_RULE,
        RuleSetComparison::item);
    compare(Element.DENIED_CLIENT, RuleSet::deny, ListEntry::client, RuleSetComparison::item);
    compare(Element.ALLOWED_CLIENT, RuleSet::allow, ListEntry::client, RuleSetComparison::item);
    compare(
        Element.OVERRIDE,
        RuleSet::overrides,
        override -> List.of(override.user(), override.rule()),
        RuleSetComparison::item);
    defense(DefensesReader.BANS);
    defense(DefensesReader.NEW_KEYS);
    defense(DefensesReader.HONEYPOTS);
    return changes;
  }

  private void defense(String name) {
    setting(
        name,
        RuleSetWriter.fields(before.defenses()).getOrDefault(name, Map.of()),
        RuleSetWriter.fields(after.defenses()).getOrDefault(name, Map.of()));
  }

  private static Item item(Rule rule) {
    return new Item(rule.id(), without("id", SHORT.fields(rule, "")), FULL.fields(rule, ""));
  }

  private static Item item(ListEntry entry) {
    Map<String, Object> values = SHORT.fields(entry);
    values.keySet().removeAll(List.of("user", "api-key", "address")); // The name has it.
    return new Item(entry.client().text(), values, values);
  }

  private static Item item(LimitOverride override) {
    Map<String, Object> values = SHORT.fields(override);
    values.keySet().removeAll(List.of("user", "rule"));
    String name = "user '%s' for rule '%s'".formatted(override.user(), override.rule());
    return new Item(name, values, values);
  }

  private static Map<String, Object> without(String name, Map<String, Object> values) {
    values.remove(name);
    return values;
  }

  // --- elements that are in a list -----------------------------------------------------------

  private <T> void compare(
      Element element,
      Function<RuleSet, List<T>> elements,
      Function<T, Object> identity,
      Function<T, Item> form) {
    Map<Place, T> old = places(elements.apply(before), identity);
    Map<Place, T> now = places(elements.apply(after), identity);
    Set<Place> places = new LinkedHashSet<>(now.keySet());
    places.addAll(old.keySet());
    for (Place place : places) {
      Optional<T> one = Optional.ofNullable(old.get(place));
      Optional<T> other = Optional.ofNullable(now.get(place));
      if (!one.equals(other)) {
        compare(element, one.map(form), other.map(form));
      }
    }
  }

  private static <T> Map<Place, T> places(List<T> elements, Function<T, Object> identity) {
    Map<Object, Integer> numbers = new LinkedHashMap<>();
    Map<Place, T> places = new LinkedHashMap<>();
    for (T element : elements) {
      Object id = identity.apply(element);
      places.put(new Place(id, numbers.merge(id, 1, Integer::sum)), element);
    }
    return places;
  }

  private void compare(Element element, Optional<Item> one, Optional<Item> other) {
    if (one.isPresent() && other.isPresent()) {
      changed(element, other.get().name(), one.get().compared(), other.get().compared());
    } else {
      one.ifPresent(item -> add(Kind.REMOVED, element, item.name(), item.shown(), Map.of()));
      other.ifPresent(item -> add(Kind.ADDED, element, item.name(), Map.of(), item.shown()));
    }
  }

  private void changed(
      Element element, String name, Map<String, Object> old, Map<String, Object> now) {
    if (!old.equals(now)) {
      add(Kind.CHANGED, element, name, old, now);
    }
  }

  private void add(
      Kind kind, Element element, String name, Map<String, Object> old, Map<String, Object> now) {
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(old.keySet());
    List<FieldChange> fields =
        names.stream()
            .map(field -> new FieldChange(field, text(old.get(field)), text(now.get(field))))
            .filter(field -> !field.before().equals(field.after()))
            .toList();
    changes.add(new RuleChange(kind, element, name, fields));
  }

  // --- settings ------------------------------------------------------------------------------

  private void setting(String name, Map<String, Object> old, Map<String, Object> now) {
    Kind kind = old.isEmpty() ? Kind.ADDED : now.isEmpty() ? Kind.REMOVED : Kind.CHANGED;
    if (!old.equals(now)) {
      add(kind, Element.SETTING, name, old, now);
    }
  }

  /**
   * The order of rules decides between those of the same priority. Only the part that differs is
   * shown.
   */
  private void order() {
    List<String> old = before.rules().stream().map(Rule::id).collect(Collectors.toList());
    List<String> now = after.rules().stream().map(Rule::id).collect(Collectors.toList());
    List<String> both = List.copyOf(now);
    now.retainAll(Set.copyOf(old));
    old.retainAll(Set.copyOf(both));
    int from = 0;
    int to = now.size();
    while (from < to && old.get(from).equals(now.get(from))) {
      from++;
    }
    while (to > from && old.get(to - 1).equals(now.get(to - 1))) {
      to--;
    }
    setting(
        "order", Map.of("order", old.subList(from, to)), Map.of("order", now.subList(from, to)));
  }

  // --- values --------------------------------------------------------------------------------

  private static Optional<String> text(@Nullable Object value) {
    return Optional.ofNullable(value).map(FlowText::of);
  }
}
