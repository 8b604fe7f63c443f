package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/** What a preview of rules decides. */
class RulesPreviewTest extends PreviewFixture {
  // --- before and after ------------------------------------------------------------------------

  @Test
  void newlyRefusedIsWhatOnlyTheNewRulesRefuse() {
    JsonObject json =
        against(
            requests("192.0.2.1", "/", 10),
            rules("id: r, key: ip, limits: fixed-window 7/h"),
            rules("id: r, key: ip, limits: fixed-window 4/h"));
    assertThat(number(json, "refusedBefore")).isEqualTo(3);
    assertThat(number(json, "refused")).isEqualTo(6);
    assertThat(number(json, "newlyRefused")).isEqualTo(3);
    assertThat(number(json, "noLongerRefused")).isZero();
    JsonObject key = row(json, "topNewlyRefused", "ip:192.0.2.1");
    assertThat(number(key, "requests")).isEqualTo(10);
    assertThat(number(key, "newlyRefused")).isEqualTo(3);
    assertThat(key.get("rule").getAsString()).isEqualTo("r");
    assertThat(key.get("firstNewlyRefused").getAsString()).isEqualTo("2015-05-17T10:00:04Z");
    assertThat(row(json, "rules", "r").get("firstNewlyRefused"))
        .isEqualTo(key.get("firstNewlyRefused"));
    assertThat(json.getAsJsonArray("topNoLongerRefused")).isEmpty();
  }

  @Test
  void noLongerRefusedIsWhatOnlyTheRulesBeforeRefuse() {
    JsonObject json =
        against(
            requests("192.0.2.1", "/", 10),
            rules("id: old, key: ip, limits: fixed-window 4/h"),
            rules("id: new, key: ip, limits: fixed-window 9/h, match: { path: /none }"));
    assertThat(number(json, "noLongerRefused")).isEqualTo(6);
    assertThat(number(row(json, "topNoLongerRefused", "ip:192.0.2.1"), "noLongerRefused"))
        .isEqualTo(6);
    assertThat(number(row(json, "rules", "old"), "requests")).isEqualTo(10);
    assertThat(number(row(json, "rules", "new"), "requests")).isZero();
  }

  @Test
  void ruleThatCountsByStatusCountsTheResponsesOfTheLog() {
    String log =
        requests("192.0.2.1", "/login", 10)
            + requests("192.0.2.2", "/login", 10).replace("\" 200 ", "\" 401 ");
    String failures =
        rules("id: failures, key: ip, limits: fixed-window 4/h, count: { status: 401 }");
    JsonObject json = preview(log, failures);
    assertThat(number(json, "refused")).isEqualTo(6);
    assertThat(number(row(json, "topRefused", "ip:192.0.2.2"), "refused")).isEqualTo(6);
    assertThat(notes(json)).isEmpty();
    JsonObject unknown = preview(log.replaceAll("\" (200|401) ", "\" - "), failures);
    assertThat(number(unknown, "refused")).isEqualTo(12);
    assertThat(notes(unknown))
        .containsExactly(
            "rule 'failures' counts every request: the log has no status of responses");
  }

  @Test
  void requestThatAnotherRuleRefusedBeforeIsNotNewlyRefused() {
    String log = requests("192.0.2.1", "/", 10).replace(" - - ", " - anna ");
    JsonObject json =
        against(
            log,
            rules("id: old, key: ip, limits: fixed-window 4/h"),
            rules("id: new, key: user, limits: fixed-window 3/h"));
    assertThat(number(json, "newlyRefused")).isEqualTo(1);
    assertThat(number(json, "refusedByOtherRule")).isEqualTo(6);
    JsonObject user = row(json, "topNewlyRefused", "user:anna");
    assertThat(number(user, "refusedBefore")).as("of the client, by the other key").isEqualTo(6);
    assertThat(number(user, "refused")).isEqualTo(7);
  }

  @Test
  void sameRulesChangeNothing() {
    String rules = rules("id: r, key: ip, limits: 2/h");
    JsonObject json = against(ReplayLog.LOG, rules, rules);
    assertThat(json.getAsJsonArray("changes")).isEmpty();
    assertThat(number(json, "newlyRefused") + number(json, "noLongerRefused")).isZero();
    assertThat(number(json, "refused")).isPositive().isEqualTo(number(json, "refusedBefore"));
  }

  @Test
  void withoutRulesBeforeNothingOfThemIsReported() {
    JsonObject json = preview(ReplayLog.LOG, rules("id: r, key: ip, limits: 2/h"));
    assertThat(number(json, "refused")).isEqualTo(3);
    assertThat(number(json, "malformed")).isEqualTo(1);
    assertThat(json.keySet()).doesNotContain("changes", "refusedBefore", "newlyRefused");
    assertThat(number(row(json, "topRefused", "ip:192.0.2.1"), "refused")).isEqualTo(3);
  }

  @Test
  void differencesOfTheRulesAreThere() {
    JsonObject json =
        against(
            ReplayLog.LOG,
            rules("id: r, key: ip, limits: 5/min"),
            rules("id: r, key: ip, limits: 10/min"));
    JsonObject change = json.getAsJsonArray("changes").get(0).getAsJsonObject();
    assertThat(change.get("text").getAsString()).isEqualTo("~ rule 'r': limits 5/min -> 10/min");
    assertThat(change.get("kind").getAsString()).isEqualTo("changed");
  }

  // --- the engine ------------------------------------------------------------------------------

  @Test
  void decidesByMethodDecodedPathQueryAndUserAgent() {
    String log =
        line("192.0.2.1", "10:00:00", "/a%62c/%e2%82%ac?q=1")
            + line("192.0.2.1", "10:00:01", "http://shop.example/abc/x")
            + line("192.0.2.1", "10:00:02", "/other").replace("200 5", "200 5 \"-\" \"bot\"")
            + line("192.0.2.1", "10:00:03", "/other").replace("GET", "HEAD");
    JsonObject json =
        preview(
            log,
            rules(
                "id: euro, key: global, limits: 0/s, match: { path: /abc/€ }",
                "id: path, key: endpoint, limits: 9/s, match: { path: '/abc/{id}' }",
                "id: query, key: 'query:q', limits: 9/s",
                "id: agent, key: ip, limits: 9/s, match: { header: { User-Agent: bot } }",
                "id: get, key: ip, limits: 9/s, match: { method: GET }"));
    assertThat(number(row(json, "rules", "euro"), "refused")).isEqualTo(1);
    assertThat(number(row(json, "rules", "path"), "requests")).isEqualTo(2);
    assertThat(number(row(json, "rules", "query"), "requests")).isEqualTo(1);
    assertThat(number(row(json, "rules", "agent"), "requests")).isEqualTo(1);
    assertThat(number(row(json, "rules", "get"), "requests")).isEqualTo(4);
    assertThat(notes(json)).isEmpty();
  }

  @Test
  void honeypotsAndNewKeysRefuseUnderNamesOfTheirOwn() {
    String log =
        requests("192.0.2.1", "/", 2)
            + requests("192.0.2.2", "/", 2)
            + requests("192.0.2.3", "/", 2)
            + line("192.0.2.1", "10:00:05", "/.env")
            + line("192.0.2.1", "10:00:06", "/");
    JsonObject json =
        preview(
            log,
            rules("id: r, key: ip, limits: fixed-window 9/h")
                + "new-keys: { limits: fixed-window 2/h, ipv4-prefix: 24 }\n"
                + "honeypots: { paths: [/.env], ban: 1h }\n");
    assertThat(number(row(json, "rules", "(new keys)"), "refused")).isEqualTo(2);
    assertThat(number(row(json, "rules", "(honeypots)"), "refused")).isEqualTo(2);
    assertThat(number(row(json, "rules", "r"), "requests")).isEqualTo(6);
    assertThat(number(row(json, "rules", "r"), "refused")).isZero();
    assertThat(json.getAsJsonArray("rules")).hasSize(3);
  }

  @Test
  void listsComeFirst() {
    JsonObject json =
        preview(
            ReplayLog.LOG,
            rules("id: r, key: ip, limits: 0/s")
                + "lists: { deny: [{ address: 192.0.2.1 }], allow: [{ address: 192.0.2.2 }] }");
    assertThat(number(row(json, "rules", "(deny list)"), "refused")).isEqualTo(5);
    assertThat(number(row(json, "rules", "r"), "refused")).as("of the IPv6 address").isEqualTo(1);
    assertThat(number(json, "refused")).isEqualTo(6);
  }

  @Test
  void bansDefaultRuleAndRulesInactiveDecideAsInAnApplication() {
    JsonObject json =
        preview(
            requests("192.0.2.1", "/", 130),
            rules("id: off, key: ip, limits: 0/s, state: draft")
                + "default: { key: ip, limits: 1/s burst 1 }\n"
                + "bans: { after: 2, within: 1min, first: 1min, longest: 1min }\n");
    assertThat(number(json, "refused")).as("one request a second is allowed").isZero();
    JsonObject banned =
        preview(
            requests("192.0.2.1", "/", 130),
            rules("id: off, key: ip, limits: 0/s, state: draft")
                + "default: { key: ip, limits: fixed-window 10/min }\n"
                + "bans: { after: 2, within: 1min, first: 100s, longest: 100s }\n");
    JsonObject rule = row(banned, "rules", "default");
    assertThat(number(rule, "bans")).isEqualTo(1);
    // 10 are allowed. The ban begins with the second refusal, at 10:00:11, and ends at 10:01:51.
    assertThat(number(rule, "refused")).isEqualTo(1 + 1 + 99);
    assertThat(banned.getAsJsonArray("rules")).hasSize(1);
  }

  @Test
  void requestThatMayWaitIsDelayedAndTakesItsPermits() {
    String log = line("192.0.2.1", "10:00:00", "/").repeat(5);
    JsonObject json =
        preview(log, rules("id: r, key: ip, limits: 1/s burst 1, action: throttle, max-wait: 2s"));
    JsonObject rule = row(json, "rules", "r");
    assertThat(number(rule, "delayed")).as("one second, and two seconds").isEqualTo(2);
    assertThat(number(rule, "refused")).isEqualTo(2);
    JsonObject window =
        preview(
            log + line("192.0.2.1", "10:00:59", "/"),
            rules("id: r, key: ip, limits: fixed-window 2/min, action: throttle, max-wait: 2s"));
    assertThat(number(window, "delayed")).isEqualTo(1);
    assertThat(number(window, "refused")).isEqualTo(3);
  }

  @Test
  void ruleInShadowRefusesNothingAndIsCounted() {
    JsonObject json = preview(ReplayLog.LOG, rules("id: r, key: ip, limits: 2/h, action: shadow"));
    assertThat(number(json, "refused")).isZero();
    assertThat(number(row(json, "rules", "r"), "shadowRefused")).isEqualTo(3);
  }

  @Test
  void endsOfEntriesAreComparedWithTheTimeOfTheLog() {
    String deny = "lists: { deny: [{ address: 192.0.2.1, until: 2015-05-17T10:00:02Z }] }";
    assertThat(number(preview(ReplayLog.LOG, deny), "refused")).isEqualTo(2);
  }
}
