package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {
  private static final Cli CLI = Cli.of(Main::commandLine);

  @TempDir private Path dir;

  @Test
  void everyStageIsMeasuredWithoutOvershoot() throws IOException {
    Path json = dir.resolve("fleet.json");
    Path picture = dir.resolve("fleet.png");
    Outcome outcome =
        CLI.execute(
            "fleet",
            "--instances=2",
            "--rate=200",
            "--warm-up=1",
            "--seconds=1",
            "--hot-keys=20",
            "--keys=500",
            "--lease=1s",
            // Higher than the load. On a busy machine every server is slow at times, and during an
            // outage a lower limit may be exceeded by a few permits.
            "--policy=100/s burst 200",
            "--json=" + json,
            "--picture=" + picture);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("2 instances", "master killed", "longest", "CPU of servers", "overshoot");
    assertThat(picture).isNotEmptyFile();
    check(JsonParser.parseString(Files.readString(json)).getAsJsonObject());
  }

  private static void check(JsonObject json) {
    assertThat(json.keySet())
        .containsExactly(
            "about",
            "instances",
            "ratePerInstance",
            "policy",
            "leaseMillis",
            "hotKeys",
            "hotShare",
            "keys",
            "stages",
            "audit",
            "instanceMemory",
            "serverMemory");
    List<JsonElement> stages = json.getAsJsonArray("stages").asList();
    assertThat(stages)
        .extracting(stage -> stage.getAsJsonObject().get("stage").getAsString())
        .containsExactly(
            "warm-up",
            "steady",
            "spike",
            "master killed",
            "node paused",
            "memory filled",
            "recovery");
    stages.forEach(stage -> checkStage(stage.getAsJsonObject()));
    JsonObject audit = json.getAsJsonObject("audit");
    assertThat(audit.get("permits").getAsLong()).isPositive();
    assertThat(json.getAsJsonArray("instanceMemory")).hasSize(2);
    assertThat(json.getAsJsonArray("serverMemory")).isNotEmpty();
  }

  private static void checkStage(JsonObject stage) {
    assertThat(stage.keySet())
        .containsExactly(
            "stage",
            "seconds",
            "offered",
            "decided",
            "decisionsPerSecond",
            "allowed",
            "refused",
            "failed",
            "bySource",
            "waitMillis",
            "redisCallsPerDecision",
            "instanceCpuMicrosPerDecision",
            "serverCpuMicrosPerDecision",
            "masterCpuMicrosPerDecision",
            "busiestServer",
            "unused",
            "permits",
            "overshootPermits");
    assertThat(stage.get("decided").getAsLong()).as("%s", stage).isPositive();
    assertThat(stage.get("failed").getAsLong()).as("%s", stage).isZero();
    assertThat(stage.get("overshootPermits").getAsLong()).as("%s", stage).isZero();
    assertThat(stage.getAsJsonObject("bySource").keySet())
        .containsExactly("lease", "cachedRefusal", "store", "fallback");
    assertThat(stage.getAsJsonObject("waitMillis").keySet())
        .containsExactly("p50", "p99", "p999", "longest");
  }

  @ParameterizedTest
  @CsvSource({
    "--instances=0, --instances is 0; it must be from 1 to 100",
    "--rate=0.5, --rate is 0.5",
    "--seconds=0, --seconds is 0",
    "--warm-up=0, --warm-up is 0",
    "--minutes=-1, --minutes is -1",
    "--lease=9ms, --lease is 9ms; it must be from 10ms to 10s",
    "--hot-share=1.5, --hot-share is 1.5",
    "--policy=often, often",
    "--rate=1000000, use --no-audit",
    "--json=/nowhere/at/all.json, no such directory",
    "--picture=/nowhere/at/all.png, no such directory",
    "--bogus, --bogus"
  })
  void invalidArgumentPrintsOneLineAndExitsWith2(String argument, String expected) {
    Outcome outcome = CLI.execute("fleet", argument);
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(expected);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.exit()).isEqualTo(2);
  }
}
