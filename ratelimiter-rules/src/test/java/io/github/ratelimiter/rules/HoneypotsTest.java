package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.net.CidrBlock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A honeypot")
class HoneypotsTest extends RulesFixture {
  private static final DescribedRequest TRAP = TestRequest.get("/wp-admin/setup.php");
  private static final DescribedRequest HOME = TestRequest.get("/");

  private static RuleSet trapping() {
    return RuleSet.of(Rule.of("api", "100/min", IP))
        .withHoneypots(Honeypots.paths(Duration.ofHours(1), "/wp-admin/**").withApiKeys("leaked"));
  }

  @Test
  @DisplayName("refuses its client, and bans his network until the time that each refusal tells")
  void ban() {
    HttpLimiter http = http(rules(trapping()));
    assertThat(http.admit(HOME).allowed()).isTrue();
    assertThat(http.admit(TRAP).allowed()).isFalse();
    time.advance(Duration.ofMinutes(59));
    Refusal refusal = http.admit(HOME).refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo(ProblemType.ABNORMAL_USAGE_DETECTED);
    assertThat(refusal.retryAfterSeconds()).contains(60L);
    assertThat(http.admit(TestRequest.get("/").withRemoteAddress("192.0.2.2")).allowed()).isTrue();
    time.advance(Duration.ofMinutes(1));
    assertThat(http.admit(HOME).allowed()).isTrue();
    assertThat(events).containsExactly("ip:192.0.2.1 trapped by /wp-admin/** for PT1H");
  }

  @Test
  @DisplayName("is a path in any spelling, or a key that the application does not know")
  void kinds() {
    HttpLimiter http = http(rules(trapping()));
    assertThat(
            http.admit(TestRequest.get("/x/..%2Fwp-admin/a").withRemoteAddress("192.0.2.2"))
                .allowed())
        .isFalse();
    assertThat(
            http.admit(
                    TestRequest.get("/")
                        .withHeader("X-API-Key", "leaked")
                        .withRemoteAddress("192.0.2.3"))
                .allowed())
        .isFalse();
    assertThat(events)
        .containsExactly(
            "ip:192.0.2.2 trapped by /wp-admin/** for PT1H",
            "ip:192.0.2.3 trapped by api-key for PT1H");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("bans in all processes, whatever rules apply; a refused request costs nothing")
  void fleet(boolean limited) {
    RuleSet set = limited ? trapping() : trapping().withRules(List.of());
    Rules other = rules(set);
    assertThat(http(rules(trapping())).admit(TRAP).allowed()).isFalse();
    time.advance(Duration.ofMinutes(30));
    Refusal first = http(other).admit(HOME).refusal().orElseThrow();
    Refusal second = http(other).admit(HOME).refusal().orElseThrow();
    assertThat(first).isEqualTo(second);
    assertThat(first.retryAfterSeconds()).contains(1_800L);
    assertThat(left("api", "100/min", "ip:192.0.2.1")).isEqualTo(100);
    assertThat(events).hasSize(1);
  }

  @Test
  @DisplayName("bans no client on the list of allowed clients, and nobody in shadow")
  void exceptions() {
    ListEntry office =
        new ListEntry(
            new ListEntry.Network(CidrBlock.parse("192.0.2.1")), "", "", Optional.empty());
    Rules rules = rules(trapping());
    HttpLimiter http = http(rules);
    rules.shadowAll(true);
    assertThat(allowed(http, TRAP, 5)).isEqualTo(5);
    assertThat(events).containsExactly("ip:192.0.2.1 trapped by /wp-admin/** for PT0S");
    rules.shadowAll(false);
    assertThat(allowed(http, HOME, 5)).isEqualTo(5);
    assertThat(allowed(http, TRAP, 1)).isZero();
    rules.replace(trapping().withLists(List.of(), List.of(office)), "alice");
    assertThat(allowed(http, HOME, 5)).as("the ban is lifted").isEqualTo(5);
  }

  @Test
  @DisplayName("keeps its bans when rules are replaced; without honeypots there are none")
  void replaced() {
    Rules rules = rules(trapping());
    HttpLimiter http = http(rules);
    http.admit(TRAP);
    rules.replace(trapping().withRules(List.of()), "alice");
    assertThat(http.admit(HOME).allowed()).isFalse();
    rules.replace(RuleSet.of(), "alice");
    assertThat(http.admit(HOME).allowed()).isTrue();
  }

  @Test
  @DisplayName("bans nobody who only asks, and tells him what would happen")
  void asked() {
    Rules rules = rules(trapping());
    Admission asked = http(rules).peek(TRAP);
    assertThat(asked.refusal().orElseThrow().retryAfterSeconds()).contains(3_600L);
    assertThat(rules.explain(TRAP))
        .hasToString(
            "The request is refused, by version 1 of the rules. It is for a honeypot: its client"
                + " would be banned for 3600 s. Rule 'api' limits ip:192.0.2.1 to 100/min: 100"
                + " left.");
    assertThat(events).isEmpty();
    assertThat(http(rules).admit(HOME).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("is told to whoever asks about a banned client, in all processes")
  void askedAboutBan(boolean elsewhere) {
    Rules rules = rules(trapping());
    http(elsewhere ? rules(trapping()) : rules).admit(TRAP);
    time.advance(Duration.ofMinutes(30));
    Explanation explanation = rules.explain(HOME);
    assertThat(explanation.isAllowed()).isFalse();
    assertThat(explanation.toString())
        .contains("Its client requested a honeypot and is banned for another 1800 s.");
    Refusal refusal = http(rules).peek(HOME).refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo(ProblemType.ABNORMAL_USAGE_DETECTED);
    assertThat(refusal.retryAfterSeconds()).contains(1_800L);
    rules.shadowAll(true);
    assertThat(http(rules).peek(HOME).allowed()).isTrue();
    assertThat(rules.explain(TRAP).isAllowed()).isTrue();
  }
}
