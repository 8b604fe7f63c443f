package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.JavaCommand;
import io.github.ratelimiter.servers.RedisProcess;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small modular application, built and run as its users would, on the module path alone. */
class ModulePathTest {
  private static final String CORE = ".*(ratelimiter-core|slf4j).*";

  /** What the published modules bring with them: nothing else of these tests is on the path. */
  private static final String ALL =
      ".*(ratelimiter-(core|local|cache|fallback|redis|testkit)|netty|lettuce|reactor|reactive|redis-authx|slf4j"
          + "|caffeine|resilience4j|jspecify|junit-|opentest4j|apiguardian|assertj|byte-buddy).*";

  private static final String CORE_MODULE = "module app { requires io.github.ratelimiter.core; }";

  private static final String CORE_MAIN =
      """
      package app;

      import io.github.ratelimiter.Policy;

      public class Main {
        public static void main(String[] args) {
          System.out.println(Policy.parse("search", "10/s"));
        }
      }
      """;

  private static final String MODULE =
      """
      module app {
        requires io.github.ratelimiter.cache;
        requires io.github.ratelimiter.fallback;
        requires io.github.ratelimiter.local;
        requires io.github.ratelimiter.redis;
        requires io.github.ratelimiter.testkit;
      }
      """;

  private static final String MAIN =
      """
      package app;

      import io.github.ratelimiter.RateLimiter;
      import io.github.ratelimiter.cache.AdmissionCache;
      import io.github.ratelimiter.fallback.Fallback;
      import io.github.ratelimiter.local.LocalStateStore;
      import io.github.ratelimiter.redis.RedisStateStore;
      import io.github.ratelimiter.testkit.ManualTimeSource;

      public class Main {
        public static void main(String[] args) {
          try (RedisStateStore redis = RedisStateStore.builder(args[0]).build();
              RateLimiter shared =
                  RateLimiter.builder()
                      .policy("test", "2/day")
                      .store(redis)
                      .wrap(Fallback::local)
                      .wrap(AdmissionCache::of)
                      .build()) {
            tell(shared);
          }
          tell(
              RateLimiter.builder()
                  .policy("test", "fixed-window 2/day; 1000/day")
                  .store(LocalStateStore.create())
                  .timeSource(ManualTimeSource.create())
                  .build());
        }

        private static void tell(RateLimiter limiter) {
          for (int i = 0; i < 3; i++) {
            System.out.println(limiter.tryAcquire("k").allowed());
          }
        }
      }
      """;

  @TempDir private Path dir;

  @Test
  @DisplayName("the core needs no more than its one library")
  void core() throws IOException, InterruptedException {
    assertThat(run(CORE, CORE_MODULE, CORE_MAIN)).contains("search (10/s)");
  }

  @Test
  @DisplayName("every published module works")
  void all() throws IOException, InterruptedException {
    try (RedisProcess server = RedisProcess.start()) {
      assertThat(run(ALL, MODULE, MAIN, server.uri()))
          .isEqualToIgnoringNewLines("true\ntrue\nfalse\n".repeat(2));
    }
  }

  /** What an application prints that was built with the jars that a pattern names. */
  private String run(String jars, String module, String main, String... args)
      throws IOException, InterruptedException {
    String modulePath = modulePath(jars);
    Path app = Files.createDirectory(dir.resolve("app"));
    List<String> compiling =
        List.of(
            "-proc:none",
            "--module-path",
            modulePath,
            "-d",
            dir.resolve("built").toString(),
            Files.writeString(dir.resolve("module-info.java"), module).toString(),
            Files.writeString(app.resolve("Main.java"), main).toString());
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, compiling.toArray(new String[0]));
    assertThat(status).as(errors::toString).isZero();
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.program());
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.add("--module-path");
    command.add(dir.resolve("built") + File.pathSeparator + modulePath);
    command.add("--module");
    command.add("app/app.Main");
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static String modulePath(String jars) {
    return Arrays.stream(JavaCommand.classPath().split(Pattern.quote(File.pathSeparator)))
        .filter(entry -> entry.matches(jars) && !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
