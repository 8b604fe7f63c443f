package io.github.ratelimiter.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The main code of all modules uses only threads that it owns or that it was given. It does not use
 * the common pool, the timer of {@link CompletableFuture}, or the default executor of a cache. The
 * test is in this module because it depends on all others.
 */
class ThreadsTest {
  private static final String ROOT = "io.github.ratelimiter";

  /** These methods run dependent stages on the timer of {@link CompletableFuture}. */
  private static final Set<String> TIMED =
      Set.of("orTimeout", "completeOnTimeout", "delayedExecutor");

  private static final ArchRule NO_COMMON_POOL =
      noClasses().should().accessTargetWhere(access("the common pool", ThreadsTest::isPool));

  private static final ArchRule NO_TIMED_FUTURES =
      noClasses()
          .should()
          .accessTargetWhere(
              access(
                  "the timer of CompletableFuture",
                  target -> isFuture(target) && TIMED.contains(target.getName())));

  private static final ArchRule NO_ASYNC_WITHOUT_AN_EXECUTOR =
      noClasses()
          .should()
          .accessTargetWhere(
              access(
                  "an asynchronous stage without an executor",
                  target ->
                      isFuture(target)
                          && target.getName().endsWith("Async")
                          && target instanceof AccessTarget.CodeUnitAccessTarget method
                          && method.getRawParameterTypes().stream()
                              .noneMatch(type -> type.isEquivalentTo(Executor.class))));

  /** Excludes the caches of other libraries, which are measured with their usual settings. */
  private static final ArchRule CACHES_HAVE_AN_EXECUTOR =
      classes()
          .that()
          .resideOutsideOfPackage(ROOT + ".bench.inprocess")
          .and(
              new DescribedPredicate<JavaClass>("build a Caffeine cache") {
                @Override
                public boolean test(JavaClass type) {
                  return calls(type, "build") > 0;
                }
              })
          .should(
              new ArchCondition<JavaClass>("give each an executor") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean allHaveAnExecutor = calls(type, "executor") == calls(type, "build");
                  events.add(new SimpleConditionEvent(type, allHaveAnExecutor, type.getName()));
                }
              });

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static DescribedPredicate<JavaAccess<?>> access(
      String what, Predicate<AccessTarget> matches) {
    return new DescribedPredicate<>(what) {
      @Override
      public boolean test(JavaAccess<?> access) {
        return matches.test(access.getTarget());
      }
    };
  }

  private static boolean isFuture(AccessTarget target) {
    return target.getOwner().isAssignableTo(CompletionStage.class);
  }

  private static boolean isPool(AccessTarget target) {
    String name = target.getName();
    return (target.getOwner().isEquivalentTo(ForkJoinPool.class) && name.equals("commonPool"))
        || name.equals("parallelStream")
        || (name.equals("parallel") && target.getOwner().isAssignableTo(BaseStream.class))
        || target.getOwner().isEquivalentTo(Timer.class);
  }

  private static long calls(JavaClass type, String method) {
    return type.getMethodCallsFromSelf().stream()
        .filter(call -> call.getTargetOwner().isEquivalentTo(Caffeine.class))
        .filter(call -> call.getTarget().getName().equals(method))
        .count();
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        NO_COMMON_POOL, NO_TIMED_FUTURES, NO_ASYNC_WITHOUT_AN_EXECUTOR, CACHES_HAVE_AN_EXECUTOR);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".threads", ".local", ".fallback", ".cache", ".redis", ".testkit"})
  @DisplayName("all modules are checked")
  void modulesAreChecked(String name) {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName)).contains(ROOT + name);
  }

  /** One violation of each rule. */
  static final class Violations {
    CompletableFuture<Void> timed(CompletableFuture<Void> future) {
      return future.orTimeout(1, TimeUnit.SECONDS);
    }

    CompletableFuture<String> async(Supplier<String> work) {
      return CompletableFuture.supplyAsync(work).thenApplyAsync(String::trim, Runnable::run);
    }

    Supplier<ForkJoinPool> pool() {
      return ForkJoinPool::commonPool;
    }

    Object cache() {
      return Caffeine.newBuilder().maximumSize(1).build();
    }
  }

  @Test
  @DisplayName("each rule finds a violation")
  void violationsAreFound() {
    JavaClasses violations = new ClassFileImporter().importClasses(Violations.class);
    assertThat(rules())
        .allSatisfy(
            rule ->
                assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> rule.check(violations))
                    .withMessageContaining("Violations"));
  }
}
