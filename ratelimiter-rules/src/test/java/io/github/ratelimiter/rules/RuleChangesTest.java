package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.net.CidrBlock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rules that change, tiers, overrides and lists")
class RuleChangesTest extends RulesFixture {
  private static RuleSet set(
      List<ListEntry> deny, List<ListEntry> allow, List<LimitOverride> overrides, Rule... rules) {
    return RuleSet.of(rules).withLists(deny, allow).withOverrides(overrides);
  }

  private static ListEntry entry(ListEntry.ClientId client, Optional<Instant> until) {
    return new ListEntry(client, "scan", "ops", until);
  }

  @Test
  @DisplayName("a change takes effect at the next request, and usage is kept")
  void replaced() {
    Rules rules = rules(RuleSet.of(Rule.of("api", "3/min", GLOBAL)));
    HttpLimiter http = http(rules);
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(3);
    RuleVersion next = rules.replace(RuleSet.of(Rule.of("api", "5/min", GLOBAL)), "alice");
    assertThat(next.author()).isEqualTo("alice");
    assertThat(next.time()).isEqualTo(now());
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(2);
  }

  @Test
  @DisplayName("an earlier version can be put into force again")
  void rollback() {
    Rules rules = rules(RuleSet.of(Rule.of("api", "3/min", GLOBAL)));
    rules.replace(RuleSet.of(Rule.of("api", "5/min", GLOBAL)), "alice");
    rules.rollback(1, "bob");
    assertThat(rules.versions()).extracting(RuleVersion::number).containsExactly(3L, 2L, 1L);
    assertThat(rules.version().rules()).isEqualTo(rules.versions().get(2).rules());
    assertThat(events).containsExactly("changed 1 to 2 by alice", "changed 2 to 3 by bob");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rules.rollback(7, "bob"))
        .withMessage("there is no version 7; there are 3, 2, 1");
  }

  @Test
  @DisplayName("a listener that throws stops neither a change nor the other listeners")
  void brokenListener() {
    Rules rules = rules(RuleSet.of());
    rules.addListener(
        new RulesListener() {
          @Override
          public void changed(RuleVersion before, RuleVersion now) {
            throw new IllegalStateException("broken");
          }
        });
    rules.replace(RuleSet.of(Rule.of("api", "1/min", GLOBAL)), "alice");
    assertThat(events).hasSize(1);
    assertThat(allowed(http(rules), TestRequest.get("/"), 10)).isEqualTo(1);
  }

  @Test
  @DisplayName("all rules and lists can be set into shadow at once")
  void killSwitch() {
    Rules rules =
        rules(
            set(
                List.of(entry(new ListEntry.User("42"), Optional.empty())),
                List.of(),
                List.of(),
                Rule.of("everybody", "1/min", GLOBAL)));
    HttpLimiter http = http(rules);
    rules.shadowAll(true);
    assertThat(allowed(http, TestRequest.get("/").withUser("42"), 10)).isEqualTo(10);
    rules.shadowAll(false);
    assertThat(allowed(http, TestRequest.get("/"), 10)).isZero();
    assertThat(http.admit(TestRequest.get("/").withUser("42")).allowed()).isFalse();
  }

  @Test
  @DisplayName("a tier has limits of its own, and a change of the tier keeps the usage")
  void tiers() {
    HttpLimiter http =
        http(Rule.of("api", "3/min", USER).with(rule -> rule.tier("premium", "8/min")));
    assertThat(allowed(http, TestRequest.get("/").withUser("42"), 10)).isEqualTo(3);
    assertThat(
            allowed(http, TestRequest.get("/").withUser("42").withAttribute("tier", "premium"), 10))
        .isEqualTo(5);
    assertThat(
            allowed(http, TestRequest.get("/").withUser("7").withAttribute("tier", "unknown"), 10))
        .isEqualTo(3);
  }

  @Test
  @DisplayName("a user's own limits come before those of the tier, and temporary ones first")
  void overrides() {
    Optional<Instant> until = Optional.of(now().plus(Duration.ofMinutes(10)));
    HttpLimiter http =
        http(
            rules(
                set(
                    List.of(),
                    List.of(),
                    List.of(own("6/min", Optional.empty()), own("9/min", until)),
                    Rule.of("api", "3/min", USER).with(rule -> rule.tier("premium", "4/min")))));
    DescribedRequest request = TestRequest.get("/").withUser("42").withAttribute("tier", "premium");
    assertThat(allowed(http, request, 20)).isEqualTo(9);
    time.advance(Duration.ofMinutes(10));
    assertThat(allowed(http, request, 20)).isEqualTo(6);
  }

  private static LimitOverride own(String limits, Optional<Instant> until) {
    return new LimitOverride("42", "api", Policy.parse("api", limits), "", "", until);
  }

  @Test
  @DisplayName("clients are denied first, then allowed, then limited by rules")
  void lists() {
    HttpLimiter http =
        http(
            rules(
                set(
                    List.of(
                        entry(
                            new ListEntry.Network(CidrBlock.parse("203.0.113.0/24")),
                            Optional.empty())),
                    List.of(entry(new ListEntry.User("42"), Optional.empty())),
                    List.of(),
                    Rule.of("everybody", "2/min", GLOBAL))));
    DescribedRequest denied = TestRequest.get("/").withUser("42").withRemoteAddress("203.0.113.7");
    assertThat(http.admit(denied).refusal().orElseThrow().type().status()).isEqualTo(403);
    assertThat(allowed(http, TestRequest.get("/").withUser("42"), 10)).isEqualTo(10);
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(2);
  }

  @Test
  @DisplayName("an entry ends, and one for a larger block holds on")
  void ends() {
    Optional<Instant> until = Optional.of(now().plus(Duration.ofHours(1)));
    ListEntry small = entry(new ListEntry.Network(CidrBlock.parse("203.0.113.7")), until);
    ListEntry large =
        entry(new ListEntry.Network(CidrBlock.parse("203.0.113.0/24")), Optional.empty());
    ListEntry apiKey = entry(new ListEntry.ApiKey("k1"), until);
    HttpLimiter one = http(rules(set(List.of(small, apiKey), List.of(), List.of())));
    HttpLimiter both = http(rules(set(List.of(small, large), List.of(), List.of())));
    DescribedRequest address = TestRequest.get("/").withRemoteAddress("203.0.113.7");
    DescribedRequest key = TestRequest.get("/").withHeader("X-API-Key", "k1");
    assertThat(one.admit(address).allowed()).isFalse();
    assertThat(one.admit(key).allowed()).isFalse();
    time.advance(Duration.ofHours(1));
    assertThat(one.admit(address).allowed()).isTrue();
    assertThat(one.admit(key).allowed()).isTrue();
    assertThat(both.admit(address).allowed()).isFalse();
  }
}
