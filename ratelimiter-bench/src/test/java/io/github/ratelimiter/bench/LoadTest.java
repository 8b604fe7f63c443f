package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
  private static final Cli CLI = Cli.of(Main::commandLine);

  @TempDir private Path dir;

  private static Outcome load(String... args) {
    List<String> all = new ArrayList<>(List.of("load", "--warm-up=200ms", "--duration=1s"));
    all.addAll(List.of("--hot-keys=20", "--keys=500"));
    all.addAll(List.of(args));
    return CLI.execute(all.toArray(new String[0]));
  }

  private static JsonObject json(Outcome outcome) {
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    return JsonParser.parseString(outcome.out()).getAsJsonObject();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--threads=4", "--in-flight=64", "--rate=2000"})
  void everyLoopIsMeasuredWithoutOvershoot(String loop) {
    JsonObject json =
        json(load(loop, "--instances=2", "--policy=500/s burst 50", "--audit", "--format=json"));
    assertThat(json.keySet())
        .containsExactly(
            "about",
            "instances",
            "cache",
            "leaseMillis",
            "policy",
            "hotKeys",
            "hotShare",
            "keys",
            "loop",
            "concurrency",
            "intendedPerSecond",
            "seconds",
            "interrupted",
            "decisionsPerSecond",
            "failed",
            "late",
            "all",
            "hot",
            "micros",
            "redis",
            "audit");
    JsonObject all = json.getAsJsonObject("all");
    assertThat(all.keySet())
        .containsExactly(
            "decisions", "allowed", "refused", "hitRate", "lease", "cachedRefusal", "store");
    assertThat(all.get("decisions").getAsLong()).as("%s", json).isPositive();
    assertThat(json.getAsJsonObject("hot").get("decisions").getAsLong())
        .as("%s", json)
        .isPositive();
    assertThat(json.get("failed").getAsLong()).isZero();
    assertThat(json.getAsJsonObject("micros").getAsJsonObject("all").keySet())
        .containsExactly("p50", "p90", "p99", "p999", "max");
    JsonObject redis = json.getAsJsonObject("redis");
    assertThat(redis.get("keyOperationsPerDecision").getAsDouble()).isPositive();
    assertThat(redis.get("roundTripsPerDecision").getAsDouble()).isPositive();
    JsonObject audit = json.getAsJsonObject("audit");
    assertThat(audit.get("permits").getAsLong()).as("%s", json).isPositive();
    assertThat(audit.get("complete").getAsBoolean()).isTrue();
    assertThat(audit.get("overshootPermits").getAsLong()).isZero();
  }

  @Test
  void withoutACacheTheStoreDecidesEverything() {
    Path plot = dir.resolve("load.png");
    Outcome outcome = load("--no-cache", "--in-flight=16", "--plot=" + plot, "--audit");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("no cache", "decisions/s", "p99.9", "round trips", "audit: no overshoot")
        .containsPattern("hits +0 +0.00 +0 +0.00");
    assertThat(plot).exists().isNotEmptyFile();
    assertThat(Files.isRegularFile(plot)).isTrue();
  }

  @Test
  void fullAuditLogIsReported() {
    assertThat(load("--audit", "--audit-permits=10").out()).contains("the log was full");
  }

  @ParameterizedTest
  @CsvSource({
    "--instances=0, --instances is 0",
    "--hot-share=1.5, --hot-share is 1.5",
    "--hot-keys=0, --hot-keys is 0",
    "--lease=9ms, --lease is 9ms; it must be from 10ms to 10s",
    "--lease=soon, expected a time such as 100ms",
    "--duration=2h, --duration is 7200s",
    "--rate=0, --rate is 0",
    "--policy=often, often",
    "--plot=/nowhere/at/all.png, no such directory",
    "--redis=redis://127.0.0.1:1, 127.0.0.1",
    "--redis=nonsense, as redis://127.0.0.1:6379",
    "--threads=2 --rate=5, --threads cannot be combined",
    "--audit --audit-permits=0, --audit-permits is 0",
    "--audit --duration=1h, 35 minutes",
    "--bogus, --bogus"
  })
  void invalidArgumentPrintsOneLineAndExitsWith2(String arguments, String expected) {
    Outcome outcome = CLI.execute(("load " + arguments).split(" "));
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(expected);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.exit()).isEqualTo(2);
  }
}
