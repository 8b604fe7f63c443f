package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A bound of new keys")
class KeyFloodsTest extends RulesFixture {
  private static final KeyPart HEADER = new KeyPart(KeyPart.Kind.HEADER, "X-Key");

  private static RuleSet bounded(String limits, KeyPart part) {
    return RuleSet.of(Rule.of("api", limits, part)).withNewKeys(NewKeyBound.of("100/h"));
  }

  private static DescribedRequest of(String key, String address) {
    return TestRequest.get("/").withHeader("X-Key", key).withRemoteAddress(address);
  }

  /** How many of some requests are allowed, each with another key. */
  private static int allowed(HttpLimiter http, String prefix, String address, int keys) {
    return (int)
        IntStream.range(0, keys).filter(i -> http.admit(of(prefix + i, address)).allowed()).count();
  }

  @Test
  @DisplayName("stops 10,000 keys from one network, and no client with a known key or elsewhere")
  void enumeration() {
    HttpLimiter http = http(rules(bounded("100/min; 5000/day", HEADER)));
    assertThat(allowed(http, "neighbour", "192.0.2.1", 10)).isEqualTo(10);

    int admitted = 0;
    int neighbours = 0;
    int others = 0;
    for (int i = 0; i < 10_000; i++) {
      admitted += http.admit(of("guess" + i, "192.0.2.1")).allowed() ? 1 : 0;
      if (i % 100 == 0) {
        neighbours += allowed(http, "neighbour", "192.0.2.1", 10);
        others += allowed(http, "other" + i, "198.51.100.7", 1);
      }
      time.advance(Duration.ofMillis(1));
    }
    assertThat(admitted).isEqualTo(90);
    assertThat(neighbours).isEqualTo(1_000);
    assertThat(others).isEqualTo(100);
    assertThat(events).containsExactly("flooded by ip:192.0.2.1");
  }

  @Test
  @DisplayName("keeps no usage of the keys that it refuses, and says when to retry")
  void refusal() {
    HttpLimiter http = http(rules(bounded("fixed-window 100/min", HEADER)));
    allowed(http, "k", "192.0.2.1", 100);
    Admission admission = http.admit(of("one more", "192.0.2.1"));
    Refusal refusal = admission.refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo(ProblemType.ABNORMAL_USAGE_DETECTED);
    assertThat(refusal.violatedPolicies()).containsExactly("new-keys");
    assertThat(refusal.retryAfterSeconds()).contains(36L);
    assertThat(left("api", "fixed-window 100/min", "header:X-Key|value:one more")).isEqualTo(100);
    time.advance(Duration.ofSeconds(36));
    assertThat(http.admit(of("one more", "192.0.2.1")).allowed()).isTrue();
  }

  @Test
  @DisplayName("counts a key once, although its fast limit is full again after each request")
  void fastLimit() {
    HttpLimiter http = http(rules(bounded("10/s", HEADER)));
    for (int i = 0; i < 1_000; i++) {
      time.advance(Duration.ofSeconds(1));
      assertThat(http.admit(of("slow", "192.0.2.1")).allowed()).isTrue();
    }
    assertThat(allowed(http, "k", "192.0.2.1", 200)).isGreaterThanOrEqualTo(99);
    assertThat(http.admit(of("slow", "192.0.2.1")).allowed()).isTrue();
  }

  @Test
  @DisplayName("counts an IPv6 client by its /64 network")
  void ipv6() {
    HttpLimiter http = http(rules(bounded("100/min", HEADER)));
    int admitted = 0;
    for (int i = 0; i < 200; i++) {
      admitted += http.admit(of("k" + i, "2001:db8::" + Integer.toHexString(i))).allowed() ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(100);
    assertThat(http.admit(of("k", "2001:db8:0:1::1")).allowed()).isTrue();
  }

  @Test
  @DisplayName("does not count keys that the application chooses, and nothing in shadow")
  void notCounted() {
    Rules rules = rules(bounded("1000/s", GLOBAL));
    HttpLimiter http = http(rules);
    for (int i = 0; i < 300; i++) {
      time.advance(Duration.ofSeconds(1));
      assertThat(http.admit(TestRequest.get("/")).allowed()).isTrue();
    }
    rules.replace(bounded("100/min", HEADER), "alice");
    rules.shadowAll(true);
    assertThat(allowed(http, "k", "192.0.2.1", 300)).isEqualTo(300);
    rules.shadowAll(false);
    assertThat(allowed(http, "l", "192.0.2.1", 300)).isEqualTo(100);
  }

  @Test
  @DisplayName("is kept when the rules are replaced")
  void replaced() {
    Rules rules = rules(bounded("100/min", HEADER));
    HttpLimiter http = http(rules);
    allowed(http, "k", "192.0.2.1", 100);
    rules.replace(
        RuleSet.of(Rule.of("api", "50/min", HEADER)).withNewKeys(NewKeyBound.of("100/h")), "alice");
    assertThat(allowed(http, "l", "192.0.2.1", 20)).isZero();
    rules.replace(RuleSet.of(Rule.of("api", "50/min", HEADER)), "alice");
    assertThat(allowed(http, "l", "192.0.2.1", 20)).isEqualTo(20);
  }

  @Test
  @DisplayName("is told to whoever asks, and asking adds no key")
  void asked() {
    Rules rules = rules(bounded("fixed-window 100/min", HEADER));
    HttpLimiter http = http(rules);
    allowed(http, "k", "192.0.2.1", 99);
    for (int i = 0; i < 5; i++) {
      assertThat(http.peek(of("asked" + i, "192.0.2.1")).allowed()).isTrue();
    }
    assertThat(http.admit(of("k99", "192.0.2.1")).allowed()).isTrue();
    Refusal refusal = http.peek(of("one more", "192.0.2.1")).refusal().orElseThrow();
    assertThat(refusal.violatedPolicies()).containsExactly("new-keys");
    assertThat(refusal.retryAfterSeconds()).contains(36L);
    assertThat(rules.explain(of("one more", "192.0.2.1")).toString())
        .startsWith("The request is refused,")
        .contains("Its key is new, and its network may use no more new keys for another 36 s.");
    assertThat(http.peek(of("k0", "192.0.2.1")).allowed()).isTrue();
    assertThat(http.peek(of("one more", "198.51.100.7")).allowed()).isTrue();
    assertThat(events).isEmpty();
  }
}
