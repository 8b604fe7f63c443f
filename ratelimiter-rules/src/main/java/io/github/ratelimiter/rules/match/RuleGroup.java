package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.rules.match.RuleIndex.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds rules by their paths, else by their methods. Not changed after the index is built. */
final class RuleGroup<T> {
  private final PathTrie<Entry<T>> paths = new PathTrie<>();
  private final Map<String, List<Entry<T>>> methods = new HashMap<>();
  private final List<Entry<T>> rest = new ArrayList<>();

  void add(Entry<T> entry, Conjunction parts) {
    Optional<Condition.Path> path = parts.first(Condition.Path.class);
    Optional<Condition.Method> method = parts.first(Condition.Method.class);
    if (path.isPresent()) {
      path.get().patterns().forEach(pattern -> paths.add(pattern, entry));
    } else if (method.isPresent()) {
      for (String name : method.get().methods()) {
        methods.computeIfAbsent(name, n -> new ArrayList<>()).add(entry);
      }
    } else {
      rest.add(entry);
    }
  }

  /** Adds all rules that a request may match. */
  void find(Subject request, List<? super Entry<T>> found) {
    if (!paths.isEmpty()) {
      for (List<String> form : request.path().segments()) {
        paths.find(form, found);
      }
    }
    if (!methods.isEmpty()) {
      String method = request.method();
      found.addAll(methods.getOrDefault(method, List.of()));
      if (!Condition.Method.counted(method).equals(method)) {
        found.addAll(methods.getOrDefault(Condition.Method.counted(method), List.of()));
      }
    }
    found.addAll(rest);
  }
}
