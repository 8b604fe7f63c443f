package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.Values;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Rules")
class RulesTest extends RulesFixture {
  @Test
  @DisplayName("that match are decided together; a refusal by one costs the others nothing")
  void all() {
    HttpLimiter http =
        http(
            Rule.of("login", "2/min", IP).with(rule -> rule.match(path("/login"))),
            Rule.of("users", "10/min", USER),
            Rule.of("everybody", "100/min", GLOBAL));
    DescribedRequest login = TestRequest.get("/login").withUser("42");
    assertThat(allowed(http, login, 20)).isEqualTo(2);
    assertThat(http.admit(login).refusal().map(Refusal::violatedPolicies))
        .contains(List.of("login"));
    assertThat(left("users", "10/min", "user:42")).isEqualTo(8);
    assertThat(left("everybody", "100/min", "global")).isEqualTo(98);
    assertThat(allowed(http, TestRequest.get("/other").withUser("42"), 20)).isEqualTo(8);
  }

  @Test
  @DisplayName("that match: only the first, by priority and position, if so chosen")
  void first() {
    RuleSet set =
        RuleSet.of(
                Rule.of("late", "1/min", GLOBAL),
                Rule.of("early", "3/min", GLOBAL).with(rule -> rule.priority(1)),
                Rule.of("early-too", "2/min", GLOBAL).with(rule -> rule.priority(1)))
            .withCombination(Combination.FIRST);
    assertThat(allowed(http(rules(set)), TestRequest.get("/"), 10)).isEqualTo(3);
  }

  @Test
  @DisplayName("that match: only the most specific, if so chosen; of equals, the first")
  void mostSpecific() {
    Condition user = new Condition.User(Values.of("42"));
    Condition both = new Condition.All(List.of(user, path("/a")));
    RuleSet set =
        RuleSet.of(
                Rule.of("other", "1/min", IP),
                Rule.of("path", "2/min", IP).with(rule -> rule.match(path("/a"))),
                Rule.of("user", "3/min", IP).with(rule -> rule.match(user)),
                Rule.of("both", "4/min", IP).with(rule -> rule.match(both)),
                Rule.of("both-too", "5/min", IP).with(rule -> rule.match(both)))
            .withCombination(Combination.MOST_SPECIFIC);
    HttpLimiter http = http(rules(set));
    assertThat(allowed(http, TestRequest.get("/a").withUser("42"), 10)).isEqualTo(4);
    assertThat(allowed(http, TestRequest.get("/b").withUser("42"), 10)).isEqualTo(3);
    assertThat(allowed(http, TestRequest.get("/a"), 10)).isEqualTo(2);
    assertThat(allowed(http, TestRequest.get("/b"), 10)).isEqualTo(1);
  }

  @Test
  @DisplayName("that do not match leave the default rule, or no limit")
  void defaultRule() {
    Rule login = Rule.of("login", "1/min", IP).with(rule -> rule.match(path("/login")));
    RuleSet set = RuleSet.of(login).withDefault(Rule.of("default", "2/min", IP));
    assertThat(allowed(http(rules(set)), TestRequest.get("/x"), 10)).isEqualTo(2);
    assertThat(allowed(http(rules(set)), TestRequest.get("/login"), 10)).isEqualTo(1);
    assertThat(allowed(http(login), TestRequest.get("/x"), 10)).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("apply only if they are active")
  void states(RuleState state) {
    HttpLimiter http = http(Rule.of("r", "1/min", IP).with(rule -> rule.state(state)));
    assertThat(allowed(http, TestRequest.get("/"), 10))
        .isEqualTo(state == RuleState.ACTIVE ? 1 : 10);
  }

  @Test
  @DisplayName("do not apply after one that allows")
  void allow() {
    HttpLimiter http =
        http(
            Rule.of("everybody", "5/min", GLOBAL).with(rule -> rule.priority(1)),
            Rule.of("health", "0/min", GLOBAL)
                .with(rule -> rule.priority(2).match(path("/health")).action(RuleAction.ALLOW)),
            Rule.of("clients", "1/min", CLIENT));
    assertThat(allowed(http, TestRequest.get("/health"), 10)).isEqualTo(5);
    time.advance(Duration.ofMinutes(1));
    assertThat(allowed(http, TestRequest.get("/x"), 10)).isEqualTo(1);
  }

  @Test
  @DisplayName("limit a path in each way in which it can be read")
  void readings() {
    Rule open = Rule.of("open", "5/min", GLOBAL).with(rule -> rule.match(path("/public/**")));
    Rule login = Rule.of("login", "1/min", IP).with(rule -> rule.match(path("/login")));
    RuleSet first = RuleSet.of(open, login).withCombination(Combination.FIRST);
    RuleSet exempt =
        RuleSet.of(open.with(rule -> rule.priority(1).action(RuleAction.ALLOW)), login);
    RuleSet not = RuleSet.of(login.with(rule -> rule.match(new Condition.Not(path("/public/**")))));
    DescribedRequest ambiguous = TestRequest.get("/public/..%2Flogin");
    for (RuleSet set : List.of(first, exempt, not)) {
      assertThat(allowed(http(rules(set)), ambiguous, 10)).isEqualTo(1);
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(rules(exempt).explain(ambiguous).isAllowed()).isTrue();
  }

  @Test
  @DisplayName("count the API key, else the user, else the address")
  void client() {
    HttpLimiter http = http(Rule.of("api", "5/min", CLIENT));
    http.admit(TestRequest.get("/").withUser("42").withHeader("X-API-Key", "k1"));
    http.admit(TestRequest.get("/").withUser("42").withHeader("X-API-Key", "invented"));
    http.admit(TestRequest.get("/").withHeader("X-API-Key", "invented"));
    assertThat(left("api", "5/min", "api-key:k1")).isEqualTo(4);
    assertThat(left("api", "5/min", "user:42")).isEqualTo(4);
    assertThat(left("api", "5/min", "ip:192.0.2.1")).isEqualTo(4);
  }

  @Test
  @DisplayName("count an endpoint by its pattern, so that a client cannot make keys")
  void endpoint() {
    HttpLimiter http =
        http(
            Rule.of("orders", "5/min", USER, new KeyPart(Kind.ENDPOINT))
                .with(rule -> rule.match(path("/orders/{id}"))));
    long allowed =
        IntStream.range(0, 20)
            .filter(i -> http.admit(TestRequest.get("/orders/" + i).withUser("42")).allowed())
            .count();
    assertThat(allowed).isEqualTo(5);
    assertThat(left("orders", "5/min", "user:42|endpoint:/orders/{id}")).isZero();
    HttpLimiter everywhere = http(Rule.of("all", "5/min", new KeyPart(Kind.ENDPOINT)));
    assertThat(everywhere.admit(TestRequest.get("/made/up")).allowed()).isTrue();
    assertThat(left("all", "5/min", "endpoint:/**")).isEqualTo(4);
  }

  @Test
  @DisplayName("count HEAD as GET, also where the method is the key")
  void head() {
    HttpLimiter http =
        http(
            Rule.of("get", "5/min", IP, new KeyPart(Kind.METHOD))
                .with(rule -> rule.match(new Condition.Method(Set.of("GET")))));
    assertThat(allowed(http, TestRequest.get("/"), 2)).isEqualTo(2);
    assertThat(allowed(http, TestRequest.of("HEAD", "/"), 10)).isEqualTo(3);
    assertThat(left("get", "5/min", "ip:192.0.2.1|method:GET")).isZero();
  }

  @Test
  @DisplayName("count headers and attributes by name and value, where they exist")
  void named() {
    HttpLimiter http =
        http(
            Rule.of("region", "1/min", new KeyPart(Kind.ATTRIBUTE, "region")),
            Rule.of("tenant", "2/min", new KeyPart(Kind.HEADER, "X-Tenant")));
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(10);
    assertThat(allowed(http, TestRequest.get("/").withAttribute("region", "eu"), 10)).isEqualTo(1);
    assertThat(allowed(http, TestRequest.get("/").withHeader("X-Tenant", "a"), 10)).isEqualTo(2);
    assertThat(left("tenant", "2/min", "header:X-Tenant|value:a")).isZero();
  }

  @Test
  @DisplayName("count as much as a request costs; an invalid cost is 1")
  void cost() {
    HttpLimiter http =
        http(
            Rule.of("fixed", "10/min", GLOBAL)
                .with(rule -> rule.match(path("/fixed")).cost(new RuleCost.Fixed(4))),
            Rule.of("rows", "10/min", GLOBAL)
                .with(rule -> rule.match(path("/rows")).cost(new RuleCost.FromAttribute("rows"))));
    assertThat(allowed(http, TestRequest.get("/fixed"), 10)).isEqualTo(2);
    assertThat(allowed(http, TestRequest.get("/rows").withAttribute("rows", 0), 10)).isEqualTo(10);
    assertThat(allowed(http, TestRequest.get("/rows").withAttribute("rows", "3"), 10)).isEqualTo(3);
    assertThat(allowed(http, TestRequest.get("/rows").withAttribute("rows", -5), 10)).isEqualTo(1);
  }

  @Test
  @DisplayName("count a request as often as it counts, even if nothing is that large")
  void costOfRequests() {
    Rules rules =
        Rules.builder(store)
            .timeSource(time)
            .rules(
                RuleSet.of(
                    Rule.of("rows", "10/min", GLOBAL)
                        .with(rule -> rule.cost(new RuleCost.FromAttribute("rows")))))
            .cost(
                request -> request.attribute("times").map(Number.class::cast).orElse(0).longValue())
            .build();
    HttpLimiter http = http(rules);
    HttpRequest pair = request(2L, 2L);
    assertThat(rules.explain(pair).rules().get(0).cost()).isEqualTo(4);
    assertThat(allowed(http, pair, 10)).isEqualTo(2);
    HttpRequest large = request(Long.MAX_VALUE, 2L);
    assertThat(http.admit(large).refusal().flatMap(Refusal::retryAfter)).isEmpty();
    assertThat(http.admit(large).decision()).isPresent();
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(2);
  }

  private static HttpRequest request(long rows, long times) {
    return TestRequest.get("/").withAttribute("rows", rows).withAttribute("times", times);
  }

  @Test
  @DisplayName("match paths in any case, if the application ignores it")
  void caseOfPaths() {
    RuleSet login =
        RuleSet.of(Rule.of("login", "2/min", GLOBAL).with(rule -> rule.match(path("/login"))));
    Rules rules = Rules.builder(store).timeSource(time).rules(login).ignoreCaseOfPaths().build();
    assertThat(allowed(http(rules), TestRequest.get("/LogIn"), 10)).isEqualTo(2);
    assertThat(allowed(http(rules(login)), TestRequest.get("/LogIn"), 10)).isEqualTo(10);
  }

  @Test
  @DisplayName("in shadow count, and refuse nothing")
  void shadow() {
    HttpLimiter http =
        http(Rule.of("trial", "2/min", GLOBAL).with(rule -> rule.action(RuleAction.SHADOW)));
    assertThat(allowed(http, TestRequest.get("/"), 10)).isEqualTo(10);
    assertThat(left("trial", "2/min", "global")).isZero();
  }

  @Test
  @DisplayName("that throttle let a request wait")
  void throttle() {
    HttpLimiter http =
        http(
            Rule.of("slow", "fixed-window 1/min", GLOBAL)
                .with(rule -> rule.throttle(Duration.ofMinutes(1))));
    assertThat(http.admit(TestRequest.get("/")).allowed()).isTrue();
    CompletableFuture<Admission> waiting = http.admitAsync(TestRequest.get("/"));
    assertThat(waiting).isNotDone();
    time.advance(Duration.ofMinutes(1));
    assertThat(waiting.join().allowed()).isTrue();
  }

  @Test
  @DisplayName("apply to a percentage of the keys; a key that is chosen stays chosen")
  void rollout() {
    List<Integer> before = List.of();
    for (int percent : new int[] {0, 10, 50, 100}) {
      HttpLimiter http = http(Rule.of("new", "0/min", USER).with(rule -> rule.percent(percent)));
      List<Integer> refused =
          IntStream.range(0, 1_000)
              .filter(i -> !http.admit(TestRequest.get("/").withUser("user" + i)).allowed())
              .boxed()
              .toList();
      assertThat(refused).containsAll(before);
      assertThat(refused.size()).isBetween(percent * 10 - 50, percent * 10 + 50);
      before = refused;
    }
    assertThat(before).hasSize(1_000);
  }

  @Test
  @DisplayName("refuse if the store fails, where one says so")
  void failureMode() {
    Rules rules =
        Rules.builder(
                (request, deadline) ->
                    CompletableFuture.failedFuture(
                        new StoreUnavailableException("down", false, null)))
            .rules(
                RuleSet.of(
                    Rule.of("login", "5/min", IP)
                        .with(rule -> rule.match(path("/login")).failureMode(FailureMode.REFUSE)),
                    Rule.of("all", "5/min", IP)))
            .build();
    assertThat(http(rules).admit(TestRequest.get("/")).allowed()).isTrue();
    assertThat(http(rules).admit(TestRequest.get("/login")).allowed()).isFalse();
  }

  @Test
  @DisplayName("that are too many for one decision: the first apply")
  void many() {
    Rule[] rules =
        IntStream.range(0, 100)
            .mapToObj(i -> Rule.of("r" + i, (i == 0 ? 3 : 1_000) + "/min", GLOBAL))
            .toArray(Rule[]::new);
    assertThat(allowed(http(rules), TestRequest.get("/"), 10)).isEqualTo(3);
  }
}
