package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.line;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.ratelimiter.cli.Cli.Outcome;
import org.junit.jupiter.api.Test;

/** What a preview of rules reads and reports. */
class RulesPreviewReportTest extends PreviewFixture {
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
