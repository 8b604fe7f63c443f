package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A ban")
class BansTest extends RulesFixture {
  private static final DescribedRequest LOGIN = TestRequest.get("/login");

  private static RuleSet banning() {
    return RuleSet.of(Rule.of("login", "fixed-window 5/min", IP))
        .withBans(
            new BanPolicy(
                10, Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(12)));
  }

  @Test
  @DisplayName("follows repeated refusals; each is twice as long as the last, up to the longest")
  void doubling() {
    HttpLimiter http = http(rules(banning()));
    for (String length : List.of("PT5M", "PT10M", "PT12M")) {
      assertThat(allowed(http, LOGIN, 14)).isEqualTo(5);
      assertThat(events).as("after nine refusals").isEmpty();
      assertThat(allowed(http, LOGIN, 30)).isZero();
      assertThat(events).containsExactly("banned ip:192.0.2.1 of login for " + length);
      time.advance(Duration.parse(length).minusMillis(1));
      assertThat(allowed(http, LOGIN, 1)).isZero();
      time.advance(Duration.ofMinutes(2));
      events.clear();
    }
    assertThat(allowed(http, TestRequest.get("/login").withRemoteAddress("192.0.2.2"), 10))
        .isEqualTo(5);
  }

  @Test
  @DisplayName("tells when it ends")
  void retryAfter() {
    HttpLimiter http = http(rules(banning()));
    allowed(http, LOGIN, 15);
    Refusal refusal = http.admit(LOGIN).refusal().orElseThrow();
    assertThat(refusal.retryAfterSeconds()).contains(300L);
  }

  @Test
  @DisplayName("holds in every process on the store, and is made once")
  void fleet() {
    HttpLimiter one = http(rules(banning()));
    HttpLimiter other = http(rules(banning()));
    allowed(one, LOGIN, 15);
    time.advance(Duration.ofMinutes(2));
    assertThat(allowed(other, LOGIN, 50)).isZero();
    assertThat(events).hasSize(1);
  }

  @Test
  @DisplayName("is not made while all rules are in shadow")
  void shadowed() {
    Rules rules = rules(banning());
    rules.shadowAll(true);
    allowed(http(rules), LOGIN, 100);
    rules.shadowAll(false);
    time.advance(Duration.ofMinutes(1));
    assertThat(events).isEmpty();
    assertThat(allowed(http(rules), LOGIN, 10)).isEqualTo(5);
  }
}
