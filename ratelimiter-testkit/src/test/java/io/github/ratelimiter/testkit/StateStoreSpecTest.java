package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.BrokenStores.Broken;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The specification finds stores that break its rules. */
class StateStoreSpecTest {
  /** The store for {@link Spec}, which the engine runs on the thread of the test. */
  private static final ThreadLocal<Function<ManualTimeSource, StateStore>> STORE =
      new ThreadLocal<>();

  /** Not run by the build itself, because it is a nested class. */
  static final class Spec extends StateStoreSpec {
    @Override
    protected StateStore open(ManualTimeSource clock) {
      return STORE.get().apply(clock);
    }
  }

  static Stream<Broken> brokenStores() {
    return BrokenStores.all();
  }

  /** The methods of the specification that are tests, by name. */
  private static Map<String, Method> rules() {
    return Stream.<Class<?>>iterate(
            StateStoreSpec.class, type -> type != Object.class, Class::getSuperclass)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
        .collect(Collectors.toMap(Method::getName, method -> method));
  }

  private static EngineExecutionResults run(
      String rule, Function<ManualTimeSource, StateStore> store) {
    STORE.set(store);
    try {
      return EngineTestKit.engine("junit-jupiter")
          .selectors(selectMethod(Spec.class, rules().get(rule)))
          .execute();
    } finally {
      STORE.remove();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenStores")
  @DisplayName("a broken store fails the test of the rule that it breaks")
  void findsTheDefect(Broken broken) {
    EngineExecutionResults results = run(broken.rule(), broken.open());
    assertThat(results.testEvents().failed().count()).as(broken.toString()).isPositive();
    assertThat(results.containerEvents().failed().count()).isZero();
  }

  @Test
  @DisplayName("there is a broken store for each rule of the specification")
  void everyRuleIsTested() {
    assertThat(BrokenStores.all().map(Broken::rule))
        .containsAll(rules().keySet())
        .allMatch(rules()::containsKey);
  }

  @Test
  @DisplayName("a correct store passes the same tests")
  void passes() {
    for (String rule : rules().keySet()) {
      EngineExecutionResults results = run(rule, MapStore::new);
      assertThat(results.testEvents().failed().count()).as(rule).isZero();
      assertThat(results.testEvents().succeeded().count()).as(rule).isPositive();
    }
  }
}
