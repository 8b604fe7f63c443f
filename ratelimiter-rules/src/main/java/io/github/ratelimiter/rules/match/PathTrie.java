package io.github.ratelimiter.rules.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of paths in a tree, a level for each segment. Case is ignored, so that it finds the
 * patterns for both kinds of applications; some that it finds may therefore not match.
 *
 * <p>A walk goes down all branches at once, a segment at a time. No node is visited twice for one
 * segment. A node of {@code **} stays in the walk once it is reached.
 */
final class PathTrie<V> {
  /** The patterns that begin with the same segments. */
  private static final class Node<V> {
    // Most nodes have one kind of child, or none; what is not there costs no memory.
    private Map<String, Node<V>> literals = Map.of();
    private List<V> values = List.of();
    private @Nullable Node<V> one;
    private @Nullable Node<V> any;
    private final boolean belowAny;

    private Node(boolean belowAny) {
      this.belowAny = belowAny;
    }

    private Node<V> child(PathPattern.Segment segment) {
      return switch (segment.kind()) {
        case LITERAL -> literal(segment.folded());
        case ONE -> one();
        case ANY -> any();
      };
    }

    private Node<V> literal(String text) {
      if (literals.isEmpty()) {
        literals = new HashMap<>(2);
      }
      return literals.computeIfAbsent(text, t -> new Node<>(belowAny));
    }

    private Node<V> one() {
      if (one == null) {
        one = new Node<>(belowAny);
      }
      return one;
    }

    private Node<V> any() {
      if (any == null) {
        any = new Node<>(true);
      }
      return any;
    }

    private void add(V value) {
      if (values.isEmpty()) {
        values = new ArrayList<>(1);
      }
      values.add(value);
    }

    private boolean isLeaf() {
      return literals.isEmpty() && one == null;
    }
  }

  private final Node<V> root = new Node<>(false);
  private boolean empty = true;

  void add(PathPattern pattern, V value) {
    Node<V> node = root;
    for (PathPattern.Segment segment : pattern.segments()) {
      node = node.child(segment);
    }
    node.add(value);
    empty = false;
  }

  boolean isEmpty() {
    return empty;
  }

  /** Adds the values of all patterns that a path matches in any case. */
  void find(List<String> path, List<? super V> found) {
    Walk<V> walk = new Walk<>(found);
    walk.enter(root);
    for (String segment : path) {
      walk.step(NormalPath.fold(segment));
    }
    walk.end();
  }

  /** The nodes that the segments so far lead to. */
  private static final class Walk<V> {
    private final List<? super V> found;
    private List<Node<V>> nodes = new ArrayList<>(2);
    private List<Node<V>> before = new ArrayList<>(2);
    private final List<Node<V>> open = new ArrayList<>(0);
    private final Set<Node<V>> opened = new HashSet<>(0);

    private Walk(List<? super V> found) {
      this.found = found;
    }

    private void step(String segment) {
      List<Node<V>> reached = nodes;
      nodes = before;
      nodes.clear();
      before = reached;
      int openBefore = open.size();
      for (Node<V> node : before) {
        advance(node, segment);
      }
      for (int i = 0; i < openBefore; i++) {
        advance(open.get(i), segment);
      }
    }

    private void advance(Node<V> node, String segment) {
      Node<V> literal = node.literals.get(segment);
      if (literal != null) {
        enter(literal);
      }
      if (node.one != null) {
        enter(node.one);
      }
    }

    private void enter(Node<V> node) {
      nodes.add(node);
      // A node below "**" can be reached again, after more segments.
      if (node.any != null && (!node.belowAny || opened.add(node.any))) {
        open(node.any);
      }
    }

    /** The rest of the path matches what ends here; what follows may begin at any segment. */
    private void open(Node<V> any) {
      found.addAll(any.values);
      if (!any.isLeaf()) {
        open.add(any);
      }
    }

    private void end() {
      for (Node<V> node : nodes) {
        found.addAll(node.values);
      }
    }
  }
}
