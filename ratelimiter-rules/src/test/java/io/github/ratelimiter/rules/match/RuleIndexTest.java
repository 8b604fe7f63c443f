package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An index of rules")
class RuleIndexTest {
  private static final Condition GET = new Condition.Method(Set.of("GET"));
  private static final Condition USER_7 = new Condition.User(Values.of("7"));
  private static final Condition KEY_K = new Condition.ApiKey(Values.of("k"));

  private static RuleIndex<String> index(Map<String, Condition> rules) {
    return RuleIndex.of(List.copyOf(new TreeMap<>(rules).keySet()), rules::get);
  }

  @Test
  @DisplayName("finds rules of each kind, in the given order")
  void order() {
    RuleIndex<String> index =
        index(
            Map.of(
                "1 rest", Condition.any(),
                "2 key", KEY_K,
                "3 user", USER_7,
                "4 method", GET,
                "5 path", ConditionTest.path("/a/**"),
                "6 path", ConditionTest.path("/**"),
                "7 user and path", ConditionTest.all(USER_7, ConditionTest.path("/a"))));

    assertThat(index.matching(TestSubject.get("/a").by("7").apiKey("k")))
        .containsExactly(
            "1 rest", "2 key", "3 user", "4 method", "5 path", "6 path", "7 user and path");
    assertThat(index.matching(TestSubject.of("POST", "/b").by("8")))
        .containsExactly("1 rest", "6 path");
  }

  @Test
  @DisplayName("finds a rule once, even if several of its patterns match")
  void once() {
    RuleIndex<String> index = index(Map.of("a", ConditionTest.path("/a/**", "/**", "/*", "/a")));

    assertThat(index.matching(TestSubject.get("/a"))).containsExactly("a");
    assertThat(index.matching(TestSubject.get("/a%2Fa"))).containsExactly("a");
  }

  @Test
  @DisplayName("does not find a rule that has something to match, but nothing that would")
  void nothing() {
    RuleIndex<String> index =
        index(
            Map.of(
                "no pattern", new Condition.Path(List.of()),
                "no method", new Condition.Method(Set.of())));

    assertThat(index.matching(TestSubject.get("/a"))).isEmpty();
  }

  @Test
  @DisplayName("does not ask for what no rule names")
  void asksForNothing() {
    Subject path = new Reading(TestSubject.get("/"), NormalPath.of("/a"));
    Subject anonymous = new Reading(null, path.path());

    assertThat(index(Map.of("a", ConditionTest.path("/a"))).matching(anonymous))
        .containsExactly("a");
  }

  @Test
  @DisplayName("returns a list that cannot be changed")
  void unmodifiable() {
    List<String> found = index(Map.of("a", Condition.any())).matching(TestSubject.get("/"));

    assertThatThrownBy(() -> found.add("b")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @DisplayName("evaluates one of ten thousand rules with different paths, users or API keys")
  void evaluatesFew() {
    for (String path : List.of("/api/v1/resource-77/{id}", "/**/resource-77/items")) {
      List<Condition> conditions = new ArrayList<>();
      IntStream.range(0, 10_000)
          .mapToObj(i -> PathPattern.parse(path.replace("77", String.valueOf(i))))
          .forEach(pattern -> conditions.add(new Condition.Path(List.of(pattern))));
      RuleIndex<Condition> index = RuleIndex.of(conditions, condition -> condition);

      assertThat(index.candidates(TestSubject.get("/api/v1/resource-77/items"))).hasSize(1);
    }
    List<Condition> users =
        IntStream.range(0, 10_000)
            .<Condition>mapToObj(i -> new Condition.User(Values.of("u" + i)))
            .toList();
    assertThat(RuleIndex.of(users, user -> user).candidates(TestSubject.get("/").by("u77")))
        .hasSize(1);
  }

  @Test
  @DisplayName("walks a path of thousands of segments that opens thousands of '**'")
  void hostilePath() {
    int length = 2_000;
    List<Condition> conditions =
        IntStream.range(0, length)
            .mapToObj(i -> ConditionTest.path("/**/s" + i + "/**/end"))
            .toList();
    StringBuilder path = new StringBuilder();
    IntStream.range(0, length).forEach(i -> path.append("/s").append(i));

    assertThat(
            RuleIndex.of(conditions, condition -> condition)
                .matching(TestSubject.get(path + "/end")))
        .isEqualTo(conditions);
  }
}
