package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.Policy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads texts, numbers and times. A method returns an empty result after it reported a mistake. */
final class Scalars {
  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

  private final Mistakes mistakes;

  Scalars(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns a scalar that has a value, as it is written: 42 and "42" are the same text. */
  private Optional<ScalarNode> scalar(Node node, String expected) {
    if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return Optional.of(scalar);
    }
    mistakes.expected(node, expected);
    return Optional.empty();
  }

  Optional<String> text(Node node) {
    return text(node, "a text");
  }

  Optional<String> text(Node node, String expected) {
    return scalar(node, expected).map(ScalarNode::getValue);
  }

  /** Reads a whole number within a range. */
  Optional<Long> number(Node node, long from, long to) {
    String expected =
        to == Long.MAX_VALUE
            ? "a whole number of %d or more".formatted(from)
            : "a whole number from %d to %d".formatted(from, to);
    Optional<Long> number =
        node instanceof ScalarNode scalar && scalar.isPlain()
            ? parse(scalar.getValue()).filter(found -> found >= from && found <= to)
            : Optional.empty();
    if (number.isEmpty()) {
      boolean quoted = node instanceof ScalarNode scalar && !scalar.isPlain();
      mistakes.expected(node, expected + (quoted ? " without quotes" : ""));
    }
    return number;
  }

  /** Reads a whole number of 0 or more that need not be there. */
  int number(Fields fields, String name, int most, int otherwise) {
    return fields.read(name, node -> number(node, 0, most), (long) otherwise).intValue();
  }

  private static Optional<Long> parse(String text) {
    try {
      return text.matches("[0-9]+") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Reads the name of a constant. */
  <E extends Enum<E>> Optional<E> oneOf(Node node, E[] constants, Function<E, String> name) {
    List<String> names = Stream.of(constants).map(name).toList();
    String expected = "one of " + String.join(", ", names);
    Optional<ScalarNode> scalar = scalar(node, expected);
    Optional<E> constant =
        scalar.flatMap(
            found ->
                Arrays.stream(constants)
                    .filter(each -> name.apply(each).equals(found.getValue()))
                    .findFirst());
    if (scalar.isPresent() && constant.isEmpty()) {
      mistakes.expected(
          node, Nearest.to(scalar.get().getValue(), names).map("'%s'"::formatted).orElse(expected));
    }
    return constant;
  }

  Optional<Duration> duration(Node node) {
    Optional<String> text = text(node, DurationText.EXPECTED);
    Optional<Duration> duration = text.flatMap(DurationText::parse);
    if (text.isPresent() && duration.isEmpty()) {
      mistakes.expected(node, DurationText.EXPECTED);
    }
    return duration;
  }

  /** Reads a time with an offset from UTC. */
  Optional<Instant> instant(Node node) {
    String expected = "a time such as 2026-12-24T00:00:00Z";
    Optional<String> text = text(node, expected);
    try {
      return text.map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
    } catch (DateTimeException e) {
      boolean date = text.orElseThrow().matches(DATE);
      mistakes.expected(
          node, date ? "a time with the date, such as " + text.get() + "T00:00:00Z" : expected);
      return Optional.empty();
    }
  }

  /** Reads the limits of a rule. */
  Optional<Policy> policy(Node node, String rule) {
    Optional<ScalarNode> scalar = scalar(node, "limits such as 100/min; 5000/day");
    try {
      return scalar.map(text -> Policy.parse(rule, text.getValue()));
    } catch (IllegalArgumentException e) {
      mistakes.addInside(scalar.orElseThrow(), e);
      return Optional.empty();
    }
  }

  /** Reads one value or a list of some, each by a function that throws for a mistake. */
  <T> List<T> some(Node node, String expected, Function<String, T> reader) {
    List<Node> elements = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    if (elements.isEmpty()) {
      mistakes.add(node, "found an empty list, expected " + expected);
    }
    List<T> values = new ArrayList<>();
    for (Node element : elements) {
      scalar(element, expected).flatMap(text -> read(text, reader)).ifPresent(values::add);
    }
    return values;
  }

  /** Reads a text by a function that throws for a mistake. */
  <T> Optional<T> read(ScalarNode text, Function<String, T> reader) {
    try {
      return Optional.of(reader.apply(text.getValue()));
    } catch (IllegalArgumentException e) {
      mistakes.addInside(text, e);
      return Optional.empty();
    }
  }

  /** Reads a text by a function that throws for a mistake. */
  <T> Optional<T> read(Node node, String expected, Function<String, T> reader) {
    return scalar(node, expected).flatMap(text -> read(text, reader));
  }
}
