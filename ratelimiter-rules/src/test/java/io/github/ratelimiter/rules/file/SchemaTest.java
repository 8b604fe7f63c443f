package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.ratelimiter.rules.file.RulesPage.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.ObjectMapper;

@DisplayName("The JSON schema and the reader")
class SchemaTest {
  private static final Schema SCHEMA = schema();

  /** What a schema cannot say, or this one does not, because the reader says it better. */
  private static final Set<String> BEYOND_A_SCHEMA =
      Set.of(
          "limits: 100/m",
          "match: { method: post }",
          "match: { user: [\"*\", root] }",
          "match: { address: 10.0.0.1/8 }",
          "rules: [{ id: a, key: ip, limits: 5/s }, { id: a, key: ip, limits: 5/s }]",
          "default: { id: api, key: ip, limits: 5/min }",
          "users: { 42: { apii: 1000/min } }",
          "overrides: [{ user: 42, rule: login, limits: 5/s }]",
          "bans: { after: 9, within: 1min, first: 1day, longest: 1h }");

  /** What never becomes JSON: it is not YAML, or a loader of YAML refuses it. */
  private static final Set<String> BEFORE_A_SCHEMA =
      Set.of(
          "rules: [",
          "rules: &r [*r]",
          "match: !glob /a",
          "rules: [{ id: a, id: b, key: ip, limits: 5/min }]");

  private static Schema schema() {
    try (InputStream in = RuleText.class.getResourceAsStream("rules.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isValid(String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    Object value = new Load(settings).loadFromString(yaml);
    String json = new ObjectMapper().writeValueAsString(value);
    return SCHEMA.validate(json, InputFormat.JSON).isEmpty();
  }

  static List<String> right() {
    return Stream.concat(
            RulesPage.examples().stream(),
            Stream.of(
                "rules: []",
                "{}",
                "rules: [{ id: 7, key: [header:X-A, ip], limits: 5/min, match: {} }]",
                "rules: [{ id: a, action: allow, match: { user: [7, x, true, 1.5] } }]",
                "rules: [{ id: a, action: throttle, max-wait: 0s, key: ip, limits: 0/min }]",
                "rules: [{ id: a, cost: 3, key: endpoint, limits: 5/min, failure-mode: allow }]",
                "rules: [{ id: a, key: ip, limits: 5/s, match: { all: [{ not: { tier: a } }] } }]",
                "default: { id: other, key: global, limits: 5/min, percent: 0 }",
                "default: { action: allow }",
                "lists: { allow: [{ user: 7, until: 2026-12-24T00:00+01:00 }], deny: [] }",
                "bans: { after: 2, within: 1 min, first: 10ms, longest: 1d }"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("right")
  @DisplayName("accept the same files")
  void accept(String yaml) {
    assertThatCode(() -> RuleText.parse(yaml)).doesNotThrowAnyException();
    assertThat(isValid(yaml)).isTrue();
  }

  static List<Row> mistakes() {
    return Stream.concat(RulesPage.mistakesInRules().stream(), RulesPage.mistakesInFiles().stream())
        .filter(row -> !BEYOND_A_SCHEMA.contains(row.written()))
        .filter(row -> !BEFORE_A_SCHEMA.contains(row.written()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource
  @DisplayName("refuse the mistakes of the page that a schema can express")
  void mistakes(Row row) {
    boolean inRule = RulesPage.mistakesInRules().contains(row);
    assertThat(isValid(inRule ? row.inRule() : row.inFile())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "rules: text",
        "rules: [text]",
        "rules: [{ id: a, key: ip, limits: 5/s, name: [] }]",
        "rules: [{ id: a, key: ip, limits: 5/s, name: ~ }]",
        "rules: [{ id: a, key: ip, limits: 5/s, cost: { attribute: a, more: b } }]",
        "rules: [{ id: a, key: ip, limits: 5/s, cost: 1.5 }]",
        "rules: [{ id: a, key: ip, limits: 5/s, priority: -1 }]",
        "rules: [{ id: a, key: ip, limits: 5/s, action: throttle, max-wait: soon }]",
        "rules: [{ id: a, key: ip, limits: 5/s, match: { header: { a: [] } } }]",
        "rules: [{ id: a, key: ip, limits: 5/s, match: { method: 'a b' } }]",
        "rules: [{ id: a, key: 'ip:x', limits: 5/s }]",
        "rules: [{ id: a, key: ip, limits: 5/s, tiers: [] }]",
        "default: []",
        "default: { key: ip, limits: 5/s, priority: 1 }",
        "lists: []",
        "lists: { deny: {} }",
        "lists: { deny: [{ address: example.org }] }",
        "users: []",
        "overrides: {}",
        "overrides: [{ user: [], rule: a, limits: 5/s }]",
        "bans: 10",
      })
  @DisplayName("refuse the same files")
  void refuse(String yaml) {
    assertThatThrownBy(() -> RuleText.parse(yaml)).isInstanceOf(RuleFileException.class);
    assertThat(isValid(yaml)).isFalse();
  }
}
