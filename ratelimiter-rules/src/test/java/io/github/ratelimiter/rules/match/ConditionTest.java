package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.net.CidrBlock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A condition")
class ConditionTest {
  private static final Subject ANYBODY = TestSubject.get("/");

  static Condition path(String... patterns) {
    return new Condition.Path(Stream.of(patterns).map(PathPattern::parse).toList());
  }

  static Condition not(Condition condition) {
    return new Condition.Not(condition);
  }

  static Condition all(Condition... conditions) {
    return new Condition.All(List.of(conditions));
  }

  @Test
  @DisplayName("on the method holds for one of some")
  void method() {
    Condition writes = new Condition.Method(Set.of("POST", "PUT"));

    assertThat(writes.holds(TestSubject.of("PUT", "/"))).isTrue();
    assertThat(writes.holds(TestSubject.of("GET", "/"))).isFalse();
  }

  @Test
  @DisplayName("on the method GET holds for HEAD as well, so that HEAD avoids no rule")
  void head() {
    Condition get = new Condition.Method(Set.of("GET"));
    Condition head = new Condition.Method(Set.of("HEAD"));

    assertThat(get.holds(TestSubject.of("HEAD", "/"))).isTrue();
    assertThat(not(get).holds(TestSubject.of("HEAD", "/"))).isFalse();
    assertThat(head.holds(TestSubject.of("GET", "/"))).isFalse();
    assertThat(RuleIndex.of(List.of(get, head), rule -> rule).matching(TestSubject.of("HEAD", "/")))
        .containsExactly(get, head);
  }

  @Test
  @DisplayName("on the path holds if a form of the path matches a pattern")
  void pathHolds() {
    Condition login = path("/signin", "/login");

    assertThat(login.holds(TestSubject.get("/login"))).isTrue();
    assertThat(login.holds(TestSubject.get("/x%2F..%2Flogin"))).isTrue();
    assertThat(login.holds(TestSubject.get("/logout"))).isFalse();
    assertThat(login.holds(TestSubject.get("/LOGIN"))).isFalse();
    assertThat(login.holds(TestSubject.ignoringCase("/LOGIN"))).isTrue();
  }

  @Test
  @DisplayName("on a header holds for a value of any line, or for any value")
  void header() {
    Condition mobile = new Condition.Header("X-Client", Values.of("ios", "android"));
    Condition traced = new Condition.Header("X-Client", Values.of());

    assertThat(mobile.holds(TestSubject.get("/").header("x-client", "web", "ios"))).isTrue();
    assertThat(mobile.holds(TestSubject.get("/").header("x-client", "web"))).isFalse();
    assertThat(mobile.holds(ANYBODY)).isFalse();
    assertThat(traced.holds(TestSubject.get("/").header("X-CLIENT", "web"))).isTrue();
    assertThat(traced.holds(ANYBODY)).isFalse();
  }

  @Test
  @DisplayName("on the query holds for one of several values of a parameter")
  void query() {
    Condition search = new Condition.Query("q", Values.of("a b"));

    assertThat(search.holds(TestSubject.get("/").query("q=x&q=a+b"))).isTrue();
    assertThat(search.holds(TestSubject.get("/").query("%71=a%20b"))).isTrue();
    assertThat(search.holds(TestSubject.get("/").query("q=x&p=a+b"))).isFalse();
  }

  @Test
  @DisplayName("on the user, the API key or the tier holds for named ones, or for any")
  void identity() {
    assertThat(new Condition.User(Values.of("7")).holds(TestSubject.get("/").by("7"))).isTrue();
    assertThat(new Condition.User(Values.of("7")).holds(TestSubject.get("/").by("8"))).isFalse();
    assertThat(new Condition.User(Values.of()).holds(TestSubject.get("/").by("8"))).isTrue();
    assertThat(new Condition.User(Values.of()).holds(ANYBODY)).isFalse();
    assertThat(new Condition.ApiKey(Values.of("k")).holds(TestSubject.get("/").apiKey("k")))
        .isTrue();
    assertThat(new Condition.ApiKey(Values.of()).holds(ANYBODY)).isFalse();
    assertThat(new Condition.Tier(Values.of("free")).holds(TestSubject.get("/").tier("free")))
        .isTrue();
    assertThat(new Condition.Tier(Values.of("free")).holds(TestSubject.get("/").tier("gold")))
        .isFalse();
  }

  @Test
  @DisplayName("on the address holds inside a block")
  void address() {
    Condition intern =
        new Condition.Address(
            List.of(CidrBlock.parse("10.0.0.0/8"), CidrBlock.parse("2001:db8::/32")));

    assertThat(intern.holds(TestSubject.get("/").from("10.1.2.3"))).isTrue();
    assertThat(intern.holds(TestSubject.get("/").from("2001:db8::7"))).isTrue();
    assertThat(intern.holds(TestSubject.get("/").from("192.0.2.1"))).isFalse();
    assertThat(intern.holds(ANYBODY)).isFalse();
  }

  @Test
  @DisplayName("on an attribute compares its text")
  void attribute() {
    Condition answer = new Condition.Attribute("answer", Values.of("42"));

    assertThat(answer.holds(TestSubject.get("/").attribute("answer", 42))).isTrue();
    assertThat(answer.holds(TestSubject.get("/").attribute("answer", 43))).isFalse();
    assertThat(answer.holds(ANYBODY)).isFalse();
  }

  @Test
  @DisplayName("holds if all of its parts hold; without parts, for every request")
  void allOf() {
    Condition both = all(path("/a"), new Condition.User(Values.of("7")));

    assertThat(both.holds(TestSubject.get("/a").by("7"))).isTrue();
    assertThat(both.holds(TestSubject.get("/a").by("8"))).isFalse();
    assertThat(both.holds(TestSubject.get("/b").by("7"))).isFalse();
    assertThat(Condition.any().holds(ANYBODY)).isTrue();
  }

  @Test
  @DisplayName("that is negated on a path holds only if no form of the path matches")
  void notPath() {
    Condition others = not(path("/login"));

    assertThat(others.holds(TestSubject.get("/x"))).isTrue();
    assertThat(others.holds(TestSubject.get("/login"))).isFalse();
    assertThat(others.holds(TestSubject.get("/x%2F..%2Flogin"))).isFalse();
  }

  @Test
  @DisplayName("has the first pattern that matches, but not one of its negations")
  void matchedPattern() {
    Condition condition =
        all(
            not(path("/a/b/c")),
            new Condition.Method(Set.of("GET")),
            all(path("/x", "/a/*", "/a/**")),
            path("/**"));

    assertThat(condition.matchedPattern(TestSubject.get("/a/b")))
        .hasValue(PathPattern.parse("/a/*"));
    assertThat(condition.matchedPattern(TestSubject.get("/y/..%2Fx")))
        .hasValue(PathPattern.parse("/x"));
    assertThat(condition.matchedPattern(TestSubject.get("/b"))).hasValue(PathPattern.parse("/**"));
    assertThat(not(path("/a")).matchedPattern(TestSubject.get("/a"))).isEmpty();
    assertThat(Condition.any().matchedPattern(TestSubject.get("/a"))).isEmpty();
  }
}
