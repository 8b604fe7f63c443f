package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.RateLimitHeaders.Reset;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Headers")
class RateLimitHeadersTest {
  /** Fifteen seconds after the beginning of a minute. */
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:15Z");

  private final ManualTimeSource time = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();

  @BeforeEach
  void begin() {
    time.set(NOW.toEpochMilli() * 1_000);
  }

  private RateLimiter limiter(String name, String policy) {
    return RateLimiter.builder().policy(name, policy).store(store).timeSource(time).build();
  }

  private static JointDecision take(RateLimiter limiter, long permits) {
    return JointLimiter.of(limiter.part("k").permits(permits)).tryAcquire();
  }

  private Map<String, String> headers(RateLimitHeaders style, JointDecision decision) {
    return style.of(decision, Instant.ofEpochMilli(time.nowMicros() / 1_000));
  }

  private Map<String, String> headers(RateLimitHeaders style, String policy, long permits) {
    return headers(style, take(limiter("api", policy), permits));
  }

  @Nested
  @DisplayName("of the draft")
  class Draft {
    private final RateLimitHeaders draft = RateLimitHeaders.draft();

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\'',
        textBlock =
            """
            100/min                    | 1  | "api";q=100;w=60                          | "api";r=99;t=0
            100/min burst 20           | 1  | "api";q=100;w=60;ratelimiter-burst=20     | "api";r=19;t=0
            6/min                      | 1  | "api";q=6;w=60                            | "api";r=5;t=10
            6/min                      | 6  | "api";q=6;w=60                            | "api";r=0;t=10
            leaky-bucket 6/min         | 2  | "api";q=6;w=60                            | "api";r=4;t=10
            fixed-window 100/min       | 1  | "api";q=100;w=60                          | "api";r=99;t=45
            sliding-log 100/min        | 1  | "api";q=100;w=60                          | "api";r=99
            sliding-window 100/min     | 1  | "api";q=100;w=60                          | "api";r=99
            10/100ms                   | 1  | "api";q=100;w=1;ratelimiter-burst=10      | "api";r=9;t=0
            fixed-window 10/1500ms     | 1  | "api";q=13;w=2                            | "api";r=9;t=1
            0/min                      | 1  | "api";q=0;w=60                            | "api";r=0;t=0
            fixed-window 5/day in UTC  | 1  | "api";q=5;w=86400                         | "api";r=4;t=43185
            100/min; fixed-window 5000/day in UTC | 1 | "api:1";q=100;w=60, "api:2";q=5000;w=86400 | "api:1";r=99;t=0, "api:2";r=4999;t=43185
            """)
    @DisplayName("describe each limit of a policy")
    void limits(String policy, long permits, String described, String state) {
      assertThat(headers(draft, policy, permits))
          .containsExactly(Map.entry("RateLimit-Policy", described), Map.entry("RateLimit", state));
    }

    @Test
    @DisplayName("describe the limits of all parts that are not observed")
    void parts() {
      JointDecision decision =
          JointLimiter.of(
                  limiter("users", "fixed-window 10/min").part("u"),
                  limiter("everybody", "fixed-window 100/min").part("all"),
                  limiter("trial", "fixed-window 1/min").part("u").observed())
              .tryAcquire();
      assertThat(headers(draft, decision))
          .containsEntry("RateLimit", "\"users\";r=9;t=45, \"everybody\";r=99;t=45");
    }

    @Test
    @DisplayName("describe two parts with one policy by the one with fewer permits")
    void onePolicyTwice() {
      RateLimiter limiter = limiter("api", "fixed-window 10/min");
      JointDecision decision =
          JointLimiter.of(limiter.part("a"), limiter.part("b").permits(3)).tryAcquire();
      assertThat(headers(draft, decision)).containsEntry("RateLimit", "\"api\";r=7;t=45");
    }

    @Test
    @DisplayName("of nothing but observed parts do not exist")
    void observed() {
      JointDecision decision =
          JointLimiter.of(limiter("trial", "1/min").part("u").observed()).tryAcquire();
      assertThat(headers(draft, decision)).isEmpty();
    }

    @Test
    @DisplayName("have quota units")
    void units() {
      assertThat(headers(RateLimitHeaders.draft(Map.of("api", "content-bytes")), "100/min", 1))
          .containsEntry("RateLimit-Policy", "\"api\";q=100;qu=\"content-bytes\";w=60");
    }

    @Test
    @DisplayName("do not have a unit that a structured field cannot hold")
    void badUnit() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RateLimitHeaders.draft(Map.of("api", "Bytes \u00e4")))
          .withMessageContaining("printable ASCII");
      assertThat(headers(RateLimitHeaders.draft(Map.of("api", "a\"b\\")), "100/min", 1))
          .containsEntry("RateLimit-Policy", "\"api\";q=100;qu=\"a\\\"b\\\\\";w=60");
    }

    @Test
    @DisplayName("say that a drained key has no permits, whatever its limits have")
    void drained() {
      RateLimiter limiter = limiter("api", "fixed-window 10/min");
      limiter.drain("k", Duration.ofSeconds(30));
      assertThat(headers(draft, take(limiter, 1))).containsEntry("RateLimit", "\"api\";r=0;t=30");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a.b_c-d", "X1"})
    @DisplayName("are read by an independent parser, with any name of a policy")
    void names(String name) throws Exception {
      Map<String, String> headers = headers(draft, take(limiter(name, "100/min"), 1));
      List<ListElement<?>> policies = Parser.parseList(headers.get("RateLimit-Policy")).get();
      List<ListElement<?>> states = Parser.parseList(headers.get("RateLimit")).get();
      assertThat(policies).hasSize(1);
      assertThat(policies.get(0).get()).isEqualTo(states.get(0).get());
      assertThat(policies.get(0).getParams()).containsOnlyKeys("q", "w");
      assertThat(states.get(0).getParams()).containsOnlyKeys("r", "t");
    }

    @Test
    @DisplayName("hold integers that a structured field can hold")
    void largeNumbers() throws Exception {
      Map<String, String> headers = headers(draft, "fixed-window 1000000000000/1ms", 1);
      assertThat(headers.get("RateLimit-Policy")).isEqualTo("\"api\";q=999999999999999;w=1");
      assertThat(Parser.parseList(headers.get("RateLimit")).get()).hasSize(1);
    }

    /** In t seconds after a decision, no permit becomes available beyond r. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "7/min",
          "3/10s burst 9",
          "5/7s burst 2",
          "leaky-bucket 4/min",
          "fixed-window 5/7s",
          "fixed-window 5/min from first use",
          "fixed-window 5/day in Europe/Berlin",
          "sliding-log 4/30s",
          "sliding-window 6/20s",
          "7/min; sliding-log 9/90s"
        })
    @DisplayName("promise no more permits than there are in the effective window")
    void effectiveWindow(String policy) throws Exception {
      Random random = new Random(policy.hashCode());
      RateLimiter limiter = limiter("api", policy);
      int windows = 0;
      for (int run = 0; run < 2_000; run++) {
        time.advance(Duration.ofMillis(random.nextInt(9_000)));
        JointDecision decision = take(limiter, 1 + random.nextInt(2));
        long now = time.nowMicros();
        List<ListElement<?>> states =
            Parser.parseList(headers(draft, decision).get("RateLimit")).get();
        for (Promise promise : promises(states)) {
          time.set(Math.max(now, now + promise.seconds() * 1_000_000 - 1));
          assertThat(limiter.peek("k").limits().get(promise.limit()).remaining())
              .isLessThanOrEqualTo(promise.permits());
          windows++;
        }
      }
      assertThat(windows).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"7/min", "fixed-window 5/7s", "sliding-log 4/30s", "sliding-window 6/20s"})
    @DisplayName("have no effective window after Retry-After")
    void notAfterRetryAfter(String policy) throws Exception {
      RateLimiter limiter = limiter("api", policy);
      int refusals = 0;
      for (int run = 0; run < 200; run++) {
        time.advance(Duration.ofMillis(1_234));
        JointDecision decision = take(limiter, 1);
        List<ListElement<?>> states =
            Parser.parseList(headers(draft, decision).get("RateLimit")).get();
        if (!decision.allowed()) {
          long retryAfter = Seconds.roundedUp(decision.retryAfter().orElseThrow());
          assertThat(promises(states)).isNotEmpty();
          assertThat(promises(states)).allMatch(promise -> promise.seconds() <= retryAfter);
          refusals++;
        }
      }
      assertThat(refusals).isPositive();
    }

    /** For so many seconds, a limit has no more than so many permits. */
    private record Promise(int limit, long permits, long seconds) {}

    /** Those that are made, the shortest first: the clock only goes forward. */
    private static List<Promise> promises(List<ListElement<?>> states) {
      return IntStream.range(0, states.size())
          .filter(i -> states.get(i).getParams().containsKey("t"))
          .mapToObj(i -> new Promise(i, number(states.get(i), "r"), number(states.get(i), "t")))
          .sorted(Comparator.comparingLong(Promise::seconds))
          .toList();
    }

    private static long number(ListElement<?> item, String parameter) {
      return ((IntegerItem) item.getParams().get(parameter)).get();
    }
  }

  @Nested
  @DisplayName("with X-RateLimit names")
  class Legacy {
    @Test
    @DisplayName("describe the limit that binds, with the reset in epoch seconds")
    void epochSeconds() {
      assertThat(headers(RateLimitHeaders.legacy(), "fixed-window 10/min; 1000/day", 3))
          .containsExactly(
              Map.entry("X-RateLimit-Limit", "10"),
              Map.entry("X-RateLimit-Remaining", "7"),
              Map.entry("X-RateLimit-Reset", Long.toString(NOW.getEpochSecond() + 45)));
    }

    @Test
    @DisplayName("have the reset in seconds from now, or as a time")
    void reset() {
      String policy = "fixed-window 10/min";
      assertThat(headers(RateLimitHeaders.legacy(Reset.DELTA_SECONDS), policy, 1))
          .containsEntry("X-RateLimit-Reset", "45");
      assertThat(headers(RateLimitHeaders.legacy(Reset.RFC_3339), policy, 1))
          .containsEntry("X-RateLimit-Reset", "2026-11-27T12:01:00Z");
    }

    @Test
    @DisplayName("round the reset up")
    void rounding() {
      time.advance(Duration.ofNanos(1_000));
      assertThat(headers(RateLimitHeaders.legacy(Reset.DELTA_SECONDS), "7/min", 1))
          .containsEntry("X-RateLimit-Reset", "9");
      assertThat(headers(RateLimitHeaders.legacy(), "fixed-window 7/min", 1))
          .containsEntry("X-RateLimit-Reset", Long.toString(NOW.getEpochSecond() + 45));
    }

    @Test
    @DisplayName("describe the limit that refuses")
    void refused() {
      RateLimiter limiter = limiter("api", "fixed-window 10/min; fixed-window 12/day in UTC");
      assertThat(take(limiter, 9).allowed()).isTrue();
      time.advance(Duration.ofMinutes(1));
      JointDecision refused = take(limiter, 5);
      assertThat(refused.allowed()).isFalse();
      assertThat(headers(RateLimitHeaders.legacy(), refused))
          .containsEntry("X-RateLimit-Limit", "12")
          .containsEntry("X-RateLimit-Remaining", "3");
    }

    @Test
    @DisplayName("of GitHub have the permits that are used, and the policy")
    void github() {
      assertThat(headers(RateLimitHeaders.github(), "fixed-window 10/min", 3))
          .containsEntry("X-RateLimit-Used", "3")
          .containsEntry("X-RateLimit-Resource", "api")
          .containsEntry("X-RateLimit-Reset", Long.toString(NOW.getEpochSecond() + 45));
    }

    @Test
    @DisplayName("of Envoy list all limits, and the reset in seconds from now")
    void envoy() {
      assertThat(
              headers(
                  RateLimitHeaders.envoy(), "fixed-window 10/min; fixed-window 1000/day in UTC", 3))
          .containsExactly(
              Map.entry(
                  "X-RateLimit-Limit", "10, 10;w=60;name=\"api:1\", 1000;w=86400;name=\"api:2\""),
              Map.entry("X-RateLimit-Remaining", "7"),
              Map.entry("X-RateLimit-Reset", "45"));
    }
  }

  @Test
  @DisplayName("can be switched off")
  void none() {
    assertThat(headers(RateLimitHeaders.none(), "10/min", 1)).isEmpty();
  }

  @Test
  @DisplayName("can be exposed to scripts of other origins")
  void exposed() {
    Map<String, String> headers =
        new LinkedHashMap<>(headers(RateLimitHeaders.draft().exposed().exposed(), "10/min", 1));
    assertThat(headers)
        .containsEntry("Access-Control-Expose-Headers", "RateLimit-Policy, RateLimit, Retry-After");
    assertThat(new ArrayList<>(headers.keySet()))
        .containsExactly("RateLimit-Policy", "RateLimit", "Access-Control-Expose-Headers");
    assertThat(headers(RateLimitHeaders.none().exposed(), "10/min", 1))
        .containsExactly(Map.entry("Access-Control-Expose-Headers", "Retry-After"));
  }

  @Test
  @DisplayName("of the draft are those of its examples")
  void draftExamples() throws Exception {
    JointDecision decision =
        JointLimiter.of(
                limiter("burst", "fixed-window 100/min").part("k"),
                limiter("daily", "fixed-window 1000/day in UTC").part("k"))
            .tryAcquire();
    String ours = headers(RateLimitHeaders.draft(), decision).get("RateLimit-Policy");
    String example = "\"burst\";q=100;w=60,\"daily\";q=1000;w=86400";
    assertThat(Parser.parseList(ours).serialize()).isEqualTo(Parser.parseList(example).serialize());
  }
}
