package io.github.ratelimiter.rules.file;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML into a tree of bounded size. A file can be small and its tree large, because an alias
 * repeats a part of it.
 */
final class YamlDocument {
  /** The size of the largest file, in bytes and in characters. */
  static final int LARGEST = 8 << 20;

  private static final int DEEPEST = 50;
  private static final int MOST_VALUES = 1_000_000;

  private static final Set<Tag> TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.SEQ, Tag.MAP);

  private final Mistakes mistakes;
  private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();

  private YamlDocument(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the tree; empty after a mistake. */
  static Optional<Node> compose(String text, Mistakes mistakes) {
    if (text.length() > LARGEST) {
      mistakes.add(
          new Mistake.WholeFile(), "the text has more than %d characters".formatted(LARGEST));
      return Optional.empty();
    }
    LoadSettings settings = settings(text);
    try {
      Optional<Node> root =
          new Composer(settings, new StrictParser(settings, text)).getSingleNode();
      if (root.isEmpty()) {
        mistakes.add(
            new Mistake.Position(1, 1), "the file is empty; no rules are written as 'rules: []'");
      }
      return root.filter(new YamlDocument(mistakes)::isBounded);
    } catch (MarkedYamlEngineException e) {
      mistakes.add(
          e.getProblemMark().or(e::getContextMark),
          "this is not YAML: " + Mistakes.oneLine(e.getProblem()));
    } catch (RefusedException e) {
      mistakes.add(e.mark, e.problem);
    } catch (YamlEngineException e) {
      mistakes.add(
          new Mistake.WholeFile(), "this is not YAML: " + Mistakes.oneLine(e.getMessage()));
    }
    return Optional.empty();
  }

  private static LoadSettings settings(String text) {
    return LoadSettings.builder()
        .setSchema(new CoreSchema())
        // With a smaller buffer, the time for a long line is quadratic.
        .setBufferSize(text.length() + 1)
        // Values are counted instead.
        .setCodePointLimit(Integer.MAX_VALUE)
        .setMaxAliasesForCollections(Integer.MAX_VALUE)
        .build();
  }

  private boolean isBounded(Node root) {
    int before = mistakes.count();
    if (size(root) > MOST_VALUES) {
      mistakes.add(root, "the file has more than " + MOST_VALUES + " values, aliases included");
    }
    return mistakes.count() == before;
  }

  /** Returns the number of values with aliases expanded. */
  private long size(Node node) {
    Long known = sizes.get(node);
    if (known != null) {
      return known;
    }
    if (!TAGS.contains(node.getTag())) {
      mistakes.add(
          node,
          "found the tag '%s'; tags are not used in rules"
              .formatted(Mistakes.shown(node.getTag().getValue())));
    }
    if (node instanceof ScalarNode) {
      return 1;
    }
    sizes.put(node, 1L);
    if (node.isRecursive()) {
      mistakes.add(node, "an alias is inside the value that it repeats");
      return 1;
    }
    long size = 1;
    for (Node child : children(node)) {
      size = Math.min(MOST_VALUES + 1L, size + size(child));
    }
    sizes.put(node, size);
    return size;
  }

  private static List<Node> children(Node node) {
    if (node instanceof SequenceNode list) {
      return list.getValue();
    }
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream().map(NodeTuple::getValueNode).toList()
        : List.of();
  }

  /**
   * Refuses what would cost the composer too much: deep nesting, because it calls itself for each
   * level, and merge keys, because it copies what is merged.
   */
  private static final class StrictParser implements Parser {
    private final Parser parser;
    private int depth;

    StrictParser(LoadSettings settings, String text) {
      this.parser = new ParserImpl(settings, new StreamReader(settings, text));
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      switch (event.getEventId()) {
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {}
      }
      if (depth > DEEPEST) {
        throw new RefusedException(
            event, "lists and mappings are nested more than " + DEEPEST + " deep");
      }
      if (event instanceof ScalarEvent scalar
          && scalar.isPlain()
          && scalar.getValue().equals("<<")) {
        throw new RefusedException(event, "found '<<'; mappings are not merged, repeat the values");
      }
      return event;
    }
  }

  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Mark> mark;
    private final String problem;

    RefusedException(Event event, String problem) {
      super(problem, null, false, false);
      this.mark = event.getStartMark();
      this.problem = problem;
    }
  }
}
