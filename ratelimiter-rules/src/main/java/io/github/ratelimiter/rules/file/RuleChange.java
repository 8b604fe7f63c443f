package io.github.ratelimiter.rules.file;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One difference between two sets of rules: an element that was added, removed or changed.
 * Immutable.
 *
 * @param kind what happened to it
 * @param element what it is
 * @param name which one it is, for example the ID of a rule; of an API key only the beginning
 * @param fields its values, by their names in a rule file: all that it has if it was added or
 *     removed, those that differ if it was changed
 */
public record RuleChange(Kind kind, Element element, String name, List<FieldChange> fields) {
  /** Copies the list. */
  public RuleChange {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(element, "element");
    Objects.requireNonNull(name, "name");
    fields = List.copyOf(fields);
  }

  /** What happened to an element. */
  public enum Kind {
    /** Only the set after has it. */
    ADDED("+"),

    /** Only the set before has it. */
    REMOVED("-"),

    /** Both have it, with other values. */
    CHANGED("~");

    private final String sign;

    Kind(String sign) {
      this.sign = sign;
    }
  }

  /** The elements of a set of rules. */
  public enum Element {
    /** A rule; its name is its ID. */
    RULE("rule '%s'"),

    /** The default rule. */
    DEFAULT_RULE("default '%s'"),

    /** An entry of the list of clients that are always denied. */
    DENIED_CLIENT("denied %s"),

    /** An entry of the list of clients that are always allowed. */
    ALLOWED_CLIENT("allowed %s"),

    /** Limits of a user's own. */
    OVERRIDE("limits of %s"),

    /** The combination, the order of the rules, or the bans. */
    SETTING("%s");

    private final String text;

    Element(String text) {
      this.text = text;
    }
  }

  /**
   * A value that differs.
   *
   * @param name its name in a rule file, for example {@code limits}
   * @param before as in a rule file; empty if the set before does not have it
   * @param after as in a rule file; empty if the set after does not have it
   */
  public record FieldChange(String name, Optional<String> before, Optional<String> after) {
    /** Throws {@link NullPointerException} if a value is null. */
    public FieldChange {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
    }

    private String text(Kind kind) {
      return switch (kind) {
        case ADDED -> after.orElse("");
        case REMOVED -> before.orElse("");
        case CHANGED -> before.orElse("none") + " -> " + after.orElse("none");
      };
    }
  }

  /**
   * Returns one line for people.
   *
   * @return for example {@code ~ rule 'login': limits 5/min -> 10/min}
   */
  @Override
  public String toString() {
    String subject = kind.sign + " " + element.text.formatted(name);
    return fields.isEmpty()
        ? subject
        : fields.stream().map(this::text).collect(Collectors.joining(", ", subject + ": ", ""));
  }

  /** The value of a setting has the name of the setting, which need not be there twice. */
  private String text(FieldChange field) {
    return (field.name().equals(name) ? "" : field.name() + " ") + field.text(kind);
  }
}
