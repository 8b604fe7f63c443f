package io.github.ratelimiter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may know which, and what no code here may do. */
class ArchitectureTest {
  private static final String ROOT = "io.github.ratelimiter";
  private static final String ALGORITHM = ROOT + ".algorithm";

  private static final ArchRule ALGORITHMS_KNOW_NOTHING_BUT_NUMBERS =
      classes()
          .that()
          .resideInAPackage(ALGORITHM)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ALGORITHM, "java.lang", "java.util", "org.jspecify..");

  private static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  private static final ArchRule NOTHING_ELSE_IS_NEEDED_TO_RUN =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "..",
              "java..",
              "javax.crypto..", // in java.base
              "org.slf4j..",
              "org.jspecify..",
              "com.google.errorprone.annotations..");

  private static final ArchRule NOBODY_PRINTS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  private static final ArchRule SLF4J_ONLY = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  private static final ArchRule VIRTUAL_THREADS_ARE_NOT_PINNED =
      noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

  private static final ArchRule TIME_IS_AN_ARGUMENT_OF_THE_ARITHMETIC =
      noClasses()
          .that()
          .resideInAPackage(ALGORITHM)
          .or()
          .haveNameMatching(".*[.](KeyState|Step)")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.time..", "java.util.concurrent..");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  static Stream<ArchRule> rules() {
    return Stream.of(
        ALGORITHMS_KNOW_NOTHING_BUT_NUMBERS,
        PACKAGES_HAVE_NO_CYCLES,
        NOTHING_ELSE_IS_NEEDED_TO_RUN,
        NOBODY_PRINTS,
        SLF4J_ONLY,
        VIRTUAL_THREADS_ARE_NOT_PINNED,
        TIME_IS_AN_ARGUMENT_OF_THE_ARITHMETIC);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(CLASSES);
  }
}
