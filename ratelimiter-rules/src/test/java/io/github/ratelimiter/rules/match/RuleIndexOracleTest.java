package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An index of random rules")
class RuleIndexOracleTest {
  private static final int RULES = 60;
  private static final int REQUESTS = 1_000;

  private static final List<String> PIECES =
      List.of("/", "/", "/", "a", "b", "B", "c", "..", ".", ";", ";v=1", "%2F", "%2f", "\\", "%");

  private Random random;

  @ParameterizedTest(name = "seed {0}")
  @DisplayName("finds what a scan of all rules finds, for random and hostile requests")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsWhatScanFinds(long seed) {
    random = new Random(seed);
    List<Condition> rules = several(RULES, this::condition);
    RuleIndex<Condition> index = RuleIndex.of(rules, rule -> rule);
    int found = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Subject request = request();
      List<Condition> scanned = rules.stream().filter(rule -> rule.holds(request)).toList();
      found += scanned.size();

      assertThat(index.matching(request)).as(request::toString).isEqualTo(scanned);
    }
    assertThat(found).isGreaterThan(REQUESTS);
  }

  @ParameterizedTest(name = "seed {0}")
  @DisplayName("finds for all readings together what it finds for the request, without negations")
  @ValueSource(longs = {11, 12, 13})
  void readings(long seed) {
    random = new Random(seed);
    RuleIndex<Condition> index = RuleIndex.of(several(RULES, this::paths), rule -> rule);
    for (int i = 0; i < REQUESTS; i++) {
      Subject request = request();
      Set<Condition> ofReadings =
          request.readings().stream()
              .flatMap(reading -> index.matching(reading).stream())
              .collect(Collectors.toSet());

      assertThat(ofReadings).as(request::toString).isEqualTo(Set.copyOf(index.matching(request)));
    }
  }

  private <T> List<T> several(int count, Supplier<T> supplier) {
    return IntStream.range(0, count).mapToObj(i -> supplier.get()).toList();
  }

  private Condition condition() {
    return switch (random.nextInt(7)) {
      case 0 -> new Condition.Method(random.nextBoolean() ? Set.of("GET", "PUT") : Set.of("POST"));
      case 1 -> new Condition.User(users());
      case 2 -> new Condition.ApiKey(users());
      case 3 -> new Condition.Not(condition());
      case 4 -> new Condition.All(several(random.nextInt(4), this::condition));
      default -> paths();
    };
  }

  private Values users() {
    return random.nextInt(4) == 0 ? Values.of() : Values.of("u" + random.nextInt(3), "u9");
  }

  private Condition paths() {
    return new Condition.Path(several(1 + random.nextInt(3), this::pattern));
  }

  private PathPattern pattern() {
    List<String> segments = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      String segment = pick(List.of("a", "b", "B", "c", "a%2Fb", "*", "{x}", "**"));
      if (!segment.equals("**")
          || segments.isEmpty()
          || !segments.get(segments.size() - 1).equals("**")) {
        segments.add(segment);
      }
    }
    return PathPattern.parse("/" + String.join("/", segments));
  }

  private Subject request() {
    String path = String.join("", several(random.nextInt(12), () -> pick(PIECES)));
    TestSubject request =
        random.nextInt(4) == 0
            ? TestSubject.ignoringCase(path)
            : TestSubject.of(pick(List.of("GET", "POST", "HEAD")), path);
    if (random.nextBoolean()) {
      request.by("u" + random.nextInt(4));
    }
    return random.nextBoolean() ? request.apiKey("u" + random.nextInt(4)) : request;
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
