package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The tables")
class ByHandTest {
  private final String schema = TestServer.newSchema();
  private final RuleDatabase database = TestServer.newDatabase(schema);
  private final RuleEditor alice = database.editor("alice");

  private static final RuleSet RULES =
      RuleText.parse(
          """
          rules:
            - id: login
              match: { method: POST, path: /login, header: { X-Client: [ios, android] } }
              key: ip
              limits: 5/min
            - id: api
              match: { path: [/api/**, /v2/**], not: { user: root, all: [{ tier: a }, { tier: b }] } }
              key: [user, "header:X-Tenant"]
              limits: leaky-bucket 10/500ms burst 20; sliding-window 5000/2days
              tiers: { premium: fixed-window 7/week in UTC }
          """);

  @Test
  @DisplayName("say in columns what rules match and allow")
  void columns() {
    alice.replace(RULES, 1);
    assertThat(
            TestServer.query(
                schema,
                "SELECT rule_id, enabled, limit_value, window_seconds, algorithm, match_method,"
                    + " match_path, match_headers, created_by FROM rate_limit_rules ORDER BY position"))
        .isEqualTo(
            """
            login, t, 5, 60, token_bucket, POST, /login, {"X-Client": ["android", "ios"]}, alice
            api, t, 10, 0.500, leaky_bucket, null, ["/api/**","/v2/**"], null, alice
            """);
    assertThat(
            TestServer.query(
                schema,
                "SELECT rule_id, tier, position, max_requests, window_seconds, burst_size, algorithm,"
                    + " one_limit FROM rate_limit_configs ORDER BY rule_id, tier NULLS FIRST, position"))
        .isEqualTo(
            """
            api, null, 1, 10, 0.500, 20, leaky_bucket, leaky-bucket 10/500ms burst 20
            api, null, 2, 5000, 172800, null, sliding_window, sliding-window 5000/2day
            api, premium, 1, 7, null, null, fixed_window, fixed-window 7/week in UTC
            login, null, 1, 5, 60, 5, token_bucket, 5/min
            """);
    assertThat(
            TestServer.query(
                schema,
                "SELECT rule_id, selector_type, selector_value, negated FROM rate_limit_rule_selectors"
                    + " ORDER BY 1, 2, 3"))
        .isEqualTo(
            """
            api, endpoint, /api/**, f
            api, endpoint, /v2/**, f
            api, user_id, root, t
            api, user_tier, a, t
            api, user_tier, b, t
            login, endpoint, /login, f
            login, header:X-Client, android, f
            login, header:X-Client, ios, f
            login, method, POST, f
            """);
  }

  @Test
  @DisplayName("can be changed by hand: the change has a revision, an author and an audit entry")
  void changed() {
    alice.replace(RULES, 1);
    TestServer.execute(
        schema,
        """
        BEGIN;
        UPDATE rate_limit_rules SET status = 'suspended' WHERE rule_id = 'login';
        INSERT INTO rate_limit_rules (rule_id, limits, key) VALUES ('all', '1000/3600s', '{global}');
        INSERT INTO access_control_list (entry_type, identifier_type, identifier_value)
          VALUES ('blacklist', 'ip_address', '203.0.113.0/24');
        COMMIT;
        """);
    RuleVersion version = database.read();
    assertThat(version.number()).isEqualTo(3);
    assertThat(version.author()).isEqualTo("postgres");
    assertThat(version.rules().rules()).extracting(Rule::id).containsExactly("login", "api", "all");
    assertThat(version.rules().rule("all"))
        .contains(Rule.of("all", "1000/h", new KeyPart(Kind.GLOBAL)));
    assertThat(version.rules().deny()).hasSize(1);
    assertThat(database.changes(3))
        .extracting(AuditEntry::event)
        .containsExactlyInAnyOrder("rule_updated", "rule_created", "deny_entry_created");
    assertThatThrownBy(() -> alice.delete("login", 2))
        .hasMessage(
            "rule 'login' was changed by postgres in revision 3; this change is based on revision 2");
    assertThat(alice.rollback(2, 3).rules()).isEqualTo(RULES);
  }

  @Test
  @DisplayName("refuse what is no value, and what repeats another column")
  void refused() {
    assertThatThrownBy(
            () ->
                TestServer.execute(
                    schema, "INSERT INTO rate_limit_rules (rule_id, limits) VALUES ('a b', '1/s')"))
        .hasMessageContaining("rate_limit_rules_rule_id_check");
    assertThatThrownBy(
            () ->
                TestServer.execute(
                    schema,
                    "INSERT INTO access_control_list (entry_type, identifier_type, identifier_value)"
                        + " VALUES ('blacklist', 'ip_address', 'home')"))
        .hasMessageContaining("invalid input syntax for type cidr");
    assertThatThrownBy(
            () ->
                TestServer.execute(
                    schema, "INSERT INTO rate_limit_rules (limits, limit_value) VALUES ('1/s', 1)"))
        .hasMessageContaining("cannot insert a non-DEFAULT value into column \"limit_value\"");
    assertThat(database.read().number()).isEqualTo(1);
  }

  @Test
  @DisplayName("can have rules that are not valid, which is reported and can be repaired")
  void invalid() {
    alice.replace(RULES, 1);
    TestServer.execute(
        schema, "UPDATE rate_limit_rules SET limits = '5/fortnight' WHERE rule_id = 'login'");
    assertThatThrownBy(database::read)
        .isInstanceOf(RuleDatabaseException.class)
        .hasMessageStartingWith("the rules of revision 3 are not valid: ")
        .hasMessageContaining("found 'fortnight', expected a unit")
        .hasCauseInstanceOf(RuleFileException.class);
    assertThatThrownBy(() -> alice.change(rules -> RULES))
        .isInstanceOf(RuleDatabaseException.class);
    assertThat(alice.replace(RULES, 3).rules()).isEqualTo(RULES);
  }

  @Test
  @DisplayName("that have no place for a part of the rules, store nothing of a change")
  void loss() {
    TestServer.execute(
        schema,
        """
        CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN NEW.percent := 100; RETURN NEW; END';
        CREATE TRIGGER lose BEFORE INSERT ON rate_limit_rules FOR EACH ROW EXECUTE FUNCTION lose()
        """);
    Rule rule = Rule.of("api", "5/min", new KeyPart(Kind.IP)).with(each -> each.percent(50));
    assertThatThrownBy(() -> alice.create(rule))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "schema '%s': the tables have no place for a part of these rules, so nothing is stored;"
                    .formatted(schema)
                + " call RuleDatabase.migrate() or run the migrations in db/ratelimiter/migration");
    assertThat(database.read().number()).isEqualTo(1);
  }
}
