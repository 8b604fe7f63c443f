package io.github.ratelimiter.rules.file;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The fields of a mapping. After a mistake a field has its default, so that reading goes on and
 * finds the other mistakes.
 */
final class Fields {
  private final Node mapping;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Mistakes mistakes;

  private Fields(Node mapping, Mistakes mistakes) {
    this.mapping = mapping;
    this.mistakes = mistakes;
  }

  /**
   * Reads a mapping with known names.
   *
   * @param what what the mapping is, for a message
   */
  static Optional<Fields> of(Node node, String what, Collection<String> known, Mistakes mistakes) {
    Optional<Fields> fields = of(node, what, mistakes);
    fields.ifPresent(
        found ->
            names(node)
                .forEach(
                    name -> {
                      if (!known.contains(name.getValue())) {
                        mistakes.add(name, unknown(name.getValue(), known));
                      }
                    }));
    return fields;
  }

  /** Reads a mapping with any names. */
  static Optional<Fields> of(Node node, String what, Mistakes mistakes) {
    if (!(node instanceof MappingNode mapping)) {
      mistakes.expected(node, what);
      return Optional.empty();
    }
    Fields fields = new Fields(node, mistakes);
    for (NodeTuple field : mapping.getValue()) {
      if (field.getKeyNode() instanceof ScalarNode name
          && fields.values.putIfAbsent(name.getValue(), field.getValueNode()) != null) {
        mistakes.add(
            name, "the name '%s' is there twice".formatted(Mistakes.shown(name.getValue())));
      }
    }
    return Optional.of(fields);
  }

  private static List<ScalarNode> names(Node node) {
    return ((MappingNode) node)
        .getValue().stream()
            .map(NodeTuple::getKeyNode)
            .filter(ScalarNode.class::isInstance)
            .map(ScalarNode.class::cast)
            .toList();
  }

  /** Returns the message about a name that is not known. */
  static String unknown(String name, Collection<String> known) {
    return "unknown name '%s'; %s"
        .formatted(
            Mistakes.shown(name),
            Nearest.to(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> "expected one of " + String.join(", ", known)));
  }

  Node node() {
    return mapping;
  }

  /** Returns all fields, in the order of the file. */
  Map<String, Node> all() {
    return values;
  }

  Optional<Node> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Returns a field that must be there. */
  Optional<Node> require(String name, String example) {
    if (!values.containsKey(name)) {
      mistakes.add(mapping, "'%s' is missing, for example %s".formatted(name, example));
    }
    return get(name);
  }

  /** Reads a field that need not be there. */
  <T> T read(String name, Function<Node, Optional<T>> reader, T otherwise) {
    return get(name).flatMap(reader).orElse(otherwise);
  }
}
