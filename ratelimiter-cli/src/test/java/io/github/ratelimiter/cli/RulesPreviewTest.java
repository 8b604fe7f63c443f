package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preview of rules decides and reports. */
class RulesPreviewTest {
  @TempDir Path directory;

  private String file(String name, String text) {
    return new RuleFiles(directory).write(name, text);
  }

  private JsonObject preview(String log, String rules, String... args) {
    List<String> all = new ArrayList<>(List.of("rules", "preview", "--format=json"));
    all.addAll(List.of("--rules", file("new.yaml", rules)));
    all.addAll(List.of(args));
    return ReplayLog.json(Cli.reading(log).execute(all.toArray(new String[0])));
  }

  private JsonObject against(String log, String before, String after) {
    return preview(log, after, "--against", file("old.yaml", before));
  }

  private static JsonObject row(JsonObject json, String list, String name) {
    for (JsonElement each : json.getAsJsonArray(list)) {
      JsonObject row = each.getAsJsonObject();
      if (row.get(row.has("rule") && !row.has("key") ? "rule" : "key").getAsString().equals(name)) {
        return row;
      }
    }
    throw new AssertionError("no " + name + " in " + json.get(list));
  }

  private static long number(JsonObject json, String name) {
    return json.get(name).getAsLong();
  }

  private static String rules(String... rules) {
    return "rules: [{" + String.join("}, {", rules) + "}]\n";
  }

  private static List<String> notes(JsonObject json) {
    return json.getAsJsonArray("notJudged").asList().stream()
        .map(JsonElement::getAsString)
        .toList();
  }

  /** Requests one second apart, from 10:00:00. */
  private static String requests(String ip, String path, int count) {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < count; i++) {
      log.append(line(ip, "10:%02d:%02d".formatted(i / 60, i % 60), path));
    }
    return log.toString();
  }

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

  // --- what a log does not have ----------------------------------------------------------------

  @Test
  void rulesThatTheLogCannotJudgeAreNamedWithTheMissingField() {
    JsonObject json =
        preview(
            ReplayLog.LOG,
            rules(
                    "id: users, key: user, limits: 1/s",
                    "id: tenants, key: [ip, 'header:X-Tenant'], limits: 1/s, match: { not: { tier: a } }",
                    "id: regions, key: ip, limits: 1/s, match: { attribute: { region: eu }, api-key: k }",
                    "id: agents, key: 'header:user-agent', limits: 1/s",
                    "id: tiers, key: ip, limits: 1/s, tiers: { gold: 9/s }, cost: { attribute: bytes }",
                    "id: clients, key: client, limits: 1/s",
                    "id: fine, key: ip, limits: 100/s, match: { method: GET, path: /a, query: { x: '1' } }")
                + "users: { 7: { fine: 9/s } }\n"
                + "lists: { allow: [{ user: 8 }, { api-key: k }] }");
    assertThat(notes(json))
        .containsExactly(
            "rule 'users' cannot be judged: the log has no user",
            "rule 'tenants' cannot be judged: the log has no header X-Tenant, tier",
            "rule 'regions' cannot be judged: the log has no attribute 'region', API key",
            "rule 'agents' cannot be judged: the log has no header user-agent",
            "rule 'tiers' is judged without its tiers: the log has no tier",
            "rule 'tiers' is judged with a cost of 1: the log has no attribute 'bytes'",
            "rule 'clients' counts clients by address: the log has no API key, user",
            "2 entries for users have no effect: the log has no user",
            "1 entry for API keys has no effect: the log has no API key");
  }

  @Test
  void namesOfHostsAreNoAddresses() {
    String log = ReplayLog.LOG + line("host.example", "10:03:00", "/");
    JsonObject json = preview(log, rules("id: r, key: ip, limits: 100/s"));
    assertThat(number(row(json, "rules", "r"), "requests")).isEqualTo(8);
    assertThat(notes(json))
        .singleElement()
        .asString()
        .startsWith("1 request has the name of a host");
    assertThat(
            notes(
                preview(
                    line("host.example", "10:03:00", "/"), rules("id: r, key: ip, limits: 1/s"))))
        .containsExactly("rule 'r' cannot be judged: the log has no address");
  }

  // --- input and output ------------------------------------------------------------------------

  @Test
  void severalLogsAreReadInTheirOrder() {
    String one = file("1.log", requests("192.0.2.1", "/", 3));
    String two = file("2.log", "nonsense\n" + line("192.0.2.1", "10:00:10", "/"));
    Outcome outcome =
        Cli.run(
            "rules",
            "preview",
            "--rules",
            file("r.yaml", rules("id: r, key: ip, limits: 2/h")),
            one,
            two);
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("Previewed 1.log, 2.log: 4 requests, 1 key")
        .contains("2 requests refused, 50.0 %, of 1 key");
    assertThat(outcome.err()).startsWith("skipped line 1 of 2.log because ");
  }

  @Test
  void keysBeyondTheMaximumAreNotCountedAndTheReportSaysSo() {
    String rules = file("r.yaml", rules("id: r, key: ip, limits: 2/h"));
    Outcome outcome =
        Cli.reading(ReplayLog.LOG).execute("rules", "preview", "--rules", rules, "--max-keys", "1");
    assertThat(outcome.out())
        .contains("8 requests, at least 1 key")
        .contains("There were more keys than --max-keys allows (1).");
  }

  @Test
  void longKeysAreShortened() {
    String path = "/?q=" + "x".repeat(500);
    JsonObject json =
        preview(
            line("192.0.2.1", "10:00:00", path + "1") + line("192.0.2.1", "10:00:00", path + "2"),
            rules("id: r, key: 'query:q', limits: 0/s"));
    assertThat(number(json, "keys")).isEqualTo(2);
    assertThat(json.getAsJsonArray("topRefused"))
        .extracting(key -> key.getAsJsonObject().get("key").getAsString())
        .allMatch(key -> key.length() <= 100 && key.matches(".*\\.\\.\\. #[0-9a-f]{16}"))
        .doesNotHaveDuplicates();
  }

  @Test
  void tableIsInShortLinesAndAsciiIfItMustBe() {
    String rules = file("r.yaml", rules("id: " + "r".repeat(60) + ", key: ip, limits: 2/h"));
    Cli ascii = new Cli(Cli.reading(ReplayLog.LOG).in(), false, false);
    String out = ascii.execute("rules", "preview", "--rules", rules).out();
    assertThat(out).matches("\\p{ASCII}*").contains("rrr...");
    assertThat(out.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void errorsAreOneLineAndSayWhatWouldWork() {
    String wrong = file("wrong.yaml", "rules: [{ id: a }, { id: b }]");
    String good = file("good.yaml", rules("id: r, key: ip, limits: 2/h"));
    assertError("more mistake", "rules", "preview", "--rules", wrong, "--sample");
    assertError("there is no such file", "rules", "preview", "--rules", "none.yaml", "--sample");
    assertError("there is no file", "rules", "preview", "--rules", good, "none.log");
    assertError("is empty", "rules", "preview", "--rules", good);
    assertError("--rules", "rules", "preview", "--sample");
    assertError("--top", "rules", "preview", "--rules", good, "--sample", "--top", "-1");
    assertError("--max-keys", "rules", "preview", "--rules", good, "--sample", "--max-keys", "0");
    assertError("--sample", "rules", "preview", "--rules", good, "--sample", "x.log");
  }

  private static void assertError(String expected, String... args) {
    Outcome outcome = Cli.run(args);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
  }
}
