package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisTest {
  private static final Cli CLI = Cli.of(Main::commandLine);

  private static final List<String> CONTENDERS =
      List.of(
          "ours",
          "ours-executor",
          "ours-plain",
          "ours-cache",
          "bucket4j",
          "bucket4j-batching",
          "bucket4j-delaying",
          "redisson",
          "gateway-script",
          "evalsha",
          "ping");

  @Test
  void measuresEveryContender() {
    Outcome outcome =
        CLI.execute(
            "redis",
            "--seconds=0.1",
            "--warm-up=0.1",
            "--rounds=1",
            "--loads=hot-2,keys-async8",
            "--format=json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    JsonObject all = JsonParser.parseString(outcome.out()).getAsJsonObject();
    List<JsonElement> results = all.getAsJsonArray("results").asList();
    assertThat(results)
        .extracting(row -> row.getAsJsonObject().get("contender").getAsString())
        .containsExactlyElementsOf(
            Stream.concat(CONTENDERS.stream(), CONTENDERS.stream()).toList());
    for (JsonElement row : results) {
      JsonObject values = row.getAsJsonObject();
      // On a busy machine, there may be no decision in a tenth of a second.
      assertThat(values.get("decisionsPerSecond").getAsDouble()).as("%s", row).isNotNegative();
      assertThat(values.get("failed").getAsDouble()).as("%s", row).isZero();
      // With a cache, there may be no command in so short a time.
      assertThat(values.get("commandsPerDecision").getAsDouble()).as("%s", row).isNotNegative();
      assertThat(values.get("cpuMicrosPerDecision").getAsDouble()).as("%s", row).isNotNegative();
    }
    JsonObject bytes = all.getAsJsonObject("bytesPerKey");
    assertThat(bytes.keySet()).containsExactlyElementsOf(CONTENDERS.subList(0, 9));
    assertThat(bytes.get("ours").getAsDouble()).isBetween(100.0, 250.0);
  }

  @Test
  void measuresFromSeveralProcesses() {
    Outcome outcome =
        CLI.execute(
            "redis",
            "--processes=2",
            "--seconds=0.1",
            "--warm-up=0.1",
            "--rounds=1",
            "--loads=hot-2",
            "--contenders=ours,redisson");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains("2 processes", "one hot key, 2 threads", "redisson");
  }

  @ParameterizedTest
  @CsvSource({
    "--contenders=guava, gateway-script",
    "--loads=cold-1, hot-async256",
    "--loads=hot-0, hot-async256",
    "--seconds=0, --seconds is 0.0",
    "--rounds=0, --rounds is 0",
    "--processes=0, --processes is 0",
    "--uri=redis://127.0.0.1:1, 127.0.0.1"
  })
  void invalidArgumentPrintsOneLineAndExitsWith2(String argument, String expected) {
    Outcome outcome = CLI.execute("redis", argument);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(expected);
  }
}
