package io.github.ratelimiter.rules.match;

import static io.github.ratelimiter.rules.match.ConditionTest.all;
import static io.github.ratelimiter.rules.match.ConditionTest.not;
import static io.github.ratelimiter.rules.match.ConditionTest.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.net.CidrBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A condition covers another one")
class CoverageTest {
  @ParameterizedTest
  @CsvSource({
    "/a,          /a",
    "/a/**,       /a",
    "/a/**,       /a/{id}",
    "/a/**,       /a/{id}/items/*",
    "/a/**,       /a/b/**",
    "/a/{x}/**,   /a/b/c",
    "/a/{x}/**,   /a/*/**/c",
    "/a/{x},      /a/*",
    "/a/{x},      /a/b",
    "/**,         /",
    "/**,         /**/export",
    "/**/export,  /api/*/export",
    "/*/**,       /**/export",
    "/**/*,       /*/**",
    "/*/**,       /**/*",
    "/**/a/**,    /x/**/a/b",
    "/**/a/**/b,  /a/*/**/b"
  })
  @DisplayName("if each of its paths matches")
  void paths(String wide, String narrow) {
    assertThat(path(wide).covers(path(narrow))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/a,          /b",
    "/a,          /a/**",
    "/a/{x},      /a/**",
    "/a/b,        /a/{x}",
    "/a/{x}/**,   /a/**",
    "/a/**,       /ab",
    "/a/**,       /**",
    "/*/**,       /**",
    "/**/b,       /**/a",
    "/**/a/**/b,  /a/**",
    "/*/*/**,     /**/a",
    "/A,          /a"
  })
  @DisplayName("but not if one of its paths does not match")
  void otherPaths(String wide, String narrow) {
    assertThat(path(wide).covers(path(narrow))).isFalse();
  }

  @Test
  @DisplayName("if several patterns together match each of its paths")
  void patternsTogether() {
    assertThat(path("/a", "/a/*/**").covers(path("/a/**"))).isTrue();
    assertThat(path("/a", "/a/*/*/**").covers(path("/a/**"))).isFalse();
    assertThat(path("/a/**", "/b").covers(path("/b", "/a/x"))).isTrue();
  }

  @ParameterizedTest(name = "seed {0}")
  @DisplayName("exactly if no random path shows the difference")
  @ValueSource(longs = {1, 2, 3})
  void oracle(long seed) {
    Random random = new Random(seed);
    List<NormalPath> everyPath = everyPath();
    int covered = 0;
    for (int run = 0; run < 400; run++) {
      List<PathPattern> wide = several(1 + random.nextInt(2), () -> pattern(random));
      PathPattern narrow = pattern(random);
      boolean expected =
          everyPath.stream()
              .filter(narrow::matches)
              .allMatch(path -> wide.stream().anyMatch(pattern -> pattern.matches(path)));
      covered += expected ? 1 : 0;

      assertThat(new Condition.Path(wide).covers(new Condition.Path(List.of(narrow))))
          .as("%s covers %s", wide, narrow)
          .isEqualTo(expected);
    }
    assertThat(covered).isBetween(40, 360);
  }

  /** All paths of up to six segments; "z" is in no pattern. */
  private static List<NormalPath> everyPath() {
    List<String> paths = new ArrayList<>(List.of(""));
    int from = 0;
    for (int length = 1; length <= 6; length++) {
      int to = paths.size();
      for (String before : List.copyOf(paths.subList(from, to))) {
        Stream.of("a", "b", "z").forEach(segment -> paths.add(before + "/" + segment));
      }
      from = to;
    }
    return paths.stream().map(NormalPath::of).toList();
  }

  private static PathPattern pattern(Random random) {
    List<String> segments = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String segment = List.of("a", "b", "*", "**", "**").get(random.nextInt(5));
      if (!segment.equals("**")
          || segments.isEmpty()
          || !segments.get(segments.size() - 1).equals("**")) {
        segments.add(segment);
      }
    }
    return PathPattern.parse("/" + String.join("/", segments));
  }

  private static <T> List<T> several(int count, Supplier<T> supplier) {
    return IntStream.range(0, count).mapToObj(i -> supplier.get()).toList();
  }

  @Test
  @DisplayName("not, rather than taking long, for patterns that are made to take long")
  void hostilePatterns() {
    String hostile = "/**/a/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/b".repeat(20);
    assertThat(path("/**/b").covers(path(hostile))).isTrue();
    assertThat(path(hostile).covers(path(hostile.replace("b", "{b}")))).isFalse();
  }

  @Test
  @DisplayName("if it accepts all of its methods; GET accepts HEAD")
  void methods() {
    Condition get = new Condition.Method(Set.of("GET"));
    Condition head = new Condition.Method(Set.of("HEAD"));
    Condition some = new Condition.Method(Set.of("GET", "POST"));
    assertThat(get.covers(head)).isTrue();
    assertThat(head.covers(get)).isFalse();
    assertThat(some.covers(get)).isTrue();
    assertThat(get.covers(some)).isFalse();
  }

  @Test
  @DisplayName("if it accepts all of its values")
  void values() {
    Condition anybody = new Condition.User(Values.of());
    Condition two = new Condition.User(Values.of("1", "2"));
    Condition one = new Condition.User(Values.of("1"));
    assertThat(anybody.covers(two)).isTrue();
    assertThat(two.covers(one)).isTrue();
    assertThat(one.covers(two)).isFalse();
    assertThat(two.covers(anybody)).isFalse();
    assertThat(one.covers(new Condition.Tier(Values.of("1")))).isFalse();
    assertThat(
            new Condition.Header("X-A", Values.of())
                .covers(new Condition.Header("x-a", Values.of("1"))))
        .isTrue();
    assertThat(
            new Condition.Query("a", Values.of()).covers(new Condition.Query("A", Values.of("1"))))
        .isFalse();
  }

  @Test
  @DisplayName("if its blocks contain all addresses of the other")
  void addresses() {
    assertThat(address("10.0.0.0/8", "2001:db8::/32").covers(address("10.1.0.0/16"))).isTrue();
    assertThat(address("10.0.0.0/8").covers(address("10.1.2.3"))).isTrue();
    assertThat(address("10.1.0.0/16").covers(address("10.0.0.0/8"))).isFalse();
    assertThat(address("10.0.0.0/8").covers(address("10.1.0.0/16", "::1"))).isFalse();
    assertThat(address("0.0.0.0/0").covers(address("::/0"))).isFalse();
  }

  private static Condition address(String... blocks) {
    return new Condition.Address(Stream.of(blocks).map(CidrBlock::parse).toList());
  }

  @Test
  @DisplayName("that has more conditions, or that negates a wider one")
  void several() {
    Condition get = new Condition.Method(Set.of("GET"));
    assertThat(path("/a/**").covers(all(get, path("/a/b")))).isTrue();
    assertThat(all(get, path("/a/**")).covers(path("/a/b"))).isFalse();
    assertThat(Condition.any().covers(get)).isTrue();
    assertThat(get.covers(Condition.any())).isFalse();
    assertThat(not(path("/a/b")).covers(not(path("/a/**")))).isTrue();
    assertThat(not(path("/a/**")).covers(not(path("/a/b")))).isFalse();
  }
}
