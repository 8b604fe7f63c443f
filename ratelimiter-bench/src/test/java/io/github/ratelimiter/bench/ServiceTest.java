package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts three servers for each protocol, so it measures once. */
class ServiceTest {
  private static final Cli CLI = Cli.of(Main::commandLine);

  @ParameterizedTest
  @CsvSource({"HTTP, HTTP", "GRPC, gRPC"})
  void measuresEachServerInEachRound(String option, String protocol) {
    Outcome outcome =
        CLI.execute(
            "service",
            "--protocol=" + option,
            "--rounds=3",
            "--warm-up=1",
            "--calls=5",
            "--clients=2",
            "--format=json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    JsonObject report = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertThat(report.get("about").getAsString())
        .contains(protocol + ", 2 clients, 3 rounds of 5 calls of each");
    List<JsonObject> rows =
        report.getAsJsonArray("results").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
    assertThat(rows)
        .extracting(row -> row.get("server").getAsString())
        .containsExactly("bare handler", "in process", "Redis");
    for (JsonObject row : rows) {
      assertThat(row.get("p50Micros").getAsDouble()).isPositive();
      assertThat(row.get("callsPerSecond").getAsDouble()).isPositive();
      assertThat(row.get("cpuMicros").getAsDouble()).isPositive();
      assertThat(row.getAsJsonArray("ratios").size()).isEqualTo(3);
    }
    assertThat(rows.get(0).get("ratio").getAsDouble()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--clients=0, --clients is 0",
    "--rounds=0, --rounds is 0",
    "--warm-up=-1, --warm-up is -1",
    "--calls=0, --calls is 0"
  })
  void refusesWhatItCannotMeasure(String option, String message) {
    Outcome outcome = CLI.execute("service", option);
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(message);
  }
}
