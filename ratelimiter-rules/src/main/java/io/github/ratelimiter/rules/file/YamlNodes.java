package io.github.ratelimiter.rules.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Looks up and replaces parts of a tree. A tree is never changed, because aliases share parts of
 * it.
 */
final class YamlNodes {
  private YamlNodes() {}

  /** Returns the first value with a name; empty if there is none, or if the node is no mapping. */
  static Optional<Node> get(Node node, String name) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(field -> isNamed(field, name))
            .map(NodeTuple::getValueNode)
            .findFirst()
        : Optional.empty();
  }

  private static boolean isNamed(NodeTuple field, String name) {
    return field.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
  }

  /** Returns a copy of a mapping with another value. */
  static MappingNode with(MappingNode mapping, String name, Node value) {
    List<NodeTuple> fields = new ArrayList<>();
    boolean replaced = false;
    for (NodeTuple field : mapping.getValue()) {
      boolean replaces = !replaced && isNamed(field, name);
      fields.add(replaces ? new NodeTuple(field.getKeyNode(), value) : field);
      replaced |= replaces;
    }
    if (!replaced) {
      fields.add(new NodeTuple(scalar(name), value));
    }
    return new MappingNode(
        mapping.getTag(),
        true,
        fields,
        mapping.getFlowStyle(),
        mapping.getStartMark(),
        mapping.getEndMark());
  }

  /** Returns a copy of a list with another element. */
  static SequenceNode with(SequenceNode list, int index, Node value) {
    List<Node> elements = new ArrayList<>(list.getValue());
    elements.set(index, value);
    return new SequenceNode(
        list.getTag(), true, elements, list.getFlowStyle(), list.getStartMark(), list.getEndMark());
  }

  /** Returns a text without a place in the file. It is plain, so it may also be a number. */
  static ScalarNode scalar(String value) {
    return new ScalarNode(Tag.STR, value, ScalarStyle.PLAIN);
  }
}
