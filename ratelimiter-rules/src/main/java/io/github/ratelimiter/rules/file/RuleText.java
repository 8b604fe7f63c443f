package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.RuleSet;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Rules as text in YAML 1.2, of which JSON is a part. The form is in {@code docs/rules-file.md},
 * and in the JSON schema {@code rules.schema.json} beside this class.
 */
public final class RuleText {
  private RuleText() {}

  /**
   * Reads rules.
   *
   * @param text YAML or JSON
   * @return the rules
   * @throws RuleFileException if there are mistakes; it has all of them, but only the first if the
   *     text is not YAML
   */
  public static RuleSet parse(String text) {
    return parse("the text", text, Map.of());
  }

  /** Reads rules; some environment variables replace values of the text. */
  static RuleSet parse(String source, String text, Map<String, String> environment) {
    Mistakes mistakes = new Mistakes(text);
    return YamlDocument.compose(text, mistakes)
        .flatMap(root -> read(root, environment, mistakes))
        .orElseThrow(() -> mistakes.exception(source));
  }

  private static Optional<RuleSet> read(
      Node root, Map<String, String> environment, Mistakes mistakes) {
    return new RuleSetReader(mistakes)
        .read(new EnvironmentOverrides(environment, mistakes).applyTo(root));
  }

  /**
   * Writes rules. {@link #parse} reads an equal set.
   *
   * @param rules the rules
   * @return YAML
   * @throws IllegalArgumentException if the form cannot express the rules, for example a condition
   *     that names no method at all
   */
  public static String write(RuleSet rules) {
    return checked(rules, RuleSetWriter.withoutDefaults().write(rules));
  }

  /**
   * Writes rules on one line of JSON, for programs. {@link #parse} reads an equal set.
   *
   * @param rules the rules
   * @return JSON
   * @throws IllegalArgumentException if the form cannot express the rules
   */
  public static String writeJson(RuleSet rules) {
    return checked(rules, RuleSetWriter.withoutDefaults().writeJson(rules));
  }

  private static String checked(RuleSet rules, String text) {
    try {
      if (parse(text).equals(rules)) {
        return text;
      }
    } catch (RuleFileException e) {
      throw new IllegalArgumentException("the rules cannot be written: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "the rules cannot be written: a file has no form for one of the conditions");
  }
}
