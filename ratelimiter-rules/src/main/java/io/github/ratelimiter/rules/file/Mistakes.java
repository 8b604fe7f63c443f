package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.file.Mistake.Place;
import io.github.ratelimiter.rules.file.Mistake.Position;
import io.github.ratelimiter.rules.file.Mistake.Variable;
import io.github.ratelimiter.rules.file.Mistake.WholeFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Collects mistakes. Not thread-safe. */
final class Mistakes {
  private static final int MOST_SHOWN = 60;

  /** A message of a policy or of a pattern; the rest of it tells what is wrong at the character. */
  private static final Pattern AT_CHARACTER =
      Pattern.compile(
          "(?:policy|path pattern) \".*\", at character ([0-9]{1,8}): (.*)", Pattern.DOTALL);

  private static final int MOST = 1000;

  private final List<String> lines;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final IdentityHashMap<Node, Variable> variables = new IdentityHashMap<>();
  private int count;

  Mistakes(String text) {
    this.lines = text.lines().toList();
  }

  /** Returns the number of mistakes, also of those that are too many to be kept. */
  int count() {
    return count;
  }

  /** Adds a mistake at a value. */
  void add(Node node, String problem) {
    add(place(node, 0), problem);
  }

  void add(Place place, String problem) {
    count++;
    if (count <= MOST) {
      mistakes.add(new Mistake(place, problem));
    }
  }

  void add(Optional<Mark> mark, String problem) {
    add(mark.<Place>map(at -> position(at, 0)).orElseGet(WholeFile::new), problem);
  }

  /** Adds that a value is not what was expected. */
  void expected(Node node, String expected) {
    add(node, "found " + describe(node) + ", expected " + expected);
  }

  /** Adds a mistake inside a text, at the character that the message names. */
  void addInside(ScalarNode node, IllegalArgumentException problem) {
    String message = String.valueOf(problem.getMessage());
    Matcher matcher = AT_CHARACTER.matcher(message);
    if (matcher.matches() && isWrittenAsItIs(node)) {
      int quote = node.isPlain() ? 0 : 1;
      add(place(node, quote + Integer.parseInt(matcher.group(1)) - 1), matcher.group(2));
    } else {
      add(node, message);
    }
  }

  /** Tells that a value comes from an environment variable and not from the file. */
  void fromVariable(Node node, Variable variable) {
    variables.put(node, variable);
  }

  RuleFileException exception(String source) {
    List<Mistake> sorted = new ArrayList<>(mistakes);
    sorted.sort(
        Comparator.comparing(
            Mistake::place,
            Comparator.<Place>comparingInt(
                    place -> place instanceof Position at ? at.line() : Integer.MAX_VALUE)
                .thenComparingInt(place -> place instanceof Position at ? at.column() : 0)));
    return new RuleFileException(source, sorted);
  }

  /** Returns whether each character of a text is one character of the file, on one line. */
  private boolean isWrittenAsItIs(ScalarNode node) {
    Mark mark = node.getStartMark().orElse(null);
    if (variables.containsKey(node) || mark == null || mark.getLine() >= lines.size()) {
      return false;
    }
    boolean styled =
        node.isPlain()
            || node.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
            || node.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED;
    String line = lines.get(mark.getLine());
    int characters = mark.getColumn() + (node.isPlain() ? 0 : 1);
    return styled
        && characters <= line.codePointCount(0, line.length())
        && line.startsWith(node.getValue(), line.offsetByCodePoints(0, characters));
  }

  private Place place(Node node, int offset) {
    Variable variable = variables.get(node);
    return variable != null
        ? variable
        : node.getStartMark().<Place>map(mark -> position(mark, offset)).orElseGet(WholeFile::new);
  }

  private static Position position(Mark mark, int offset) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1 + offset);
  }

  static String describe(Node node) {
    if (node instanceof ScalarNode scalar) {
      if (scalar.getTag().equals(Tag.NULL)) {
        return "nothing";
      }
      String shown = "'" + shown(scalar.getValue()) + "'";
      return scalar.isPlain() ? shown : "the text " + shown;
    }
    return node instanceof MappingNode ? "a mapping" : "a list";
  }

  /** Returns a message of the YAML library on one line. */
  static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s+", " ");
  }

  /** Returns the beginning of a text without control characters, for one line of a log. */
  static String shown(String text) {
    String start = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
