package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlgorithmsTest {
  private static final Cli CLI = Cli.of(Main::commandLine);
  private static final String[] ALGORITHMS = {
    "token-bucket", "leaky-bucket", "fixed-window", "sliding-window", "sliding-log"
  };

  @TempDir private Path dir;

  private static Outcome compare(String option) {
    return CLI.execute(
        "algorithms", "--quota=20/s", "--rounds=2", "--requests=5", "--keys=1000", option);
  }

  @Test
  void comparesEveryAlgorithm() {
    Outcome outcome = compare("--format=json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    JsonObject json = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertThat(json.keySet()).containsExactly("about", "quota", "batch", "algorithms");
    List<JsonObject> rows =
        json.getAsJsonArray("algorithms").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
    assertThat(rows)
        .extracting(row -> row.get("algorithm").getAsString())
        .containsExactly(ALGORITHMS);
    for (JsonObject row : rows) {
      assertThat(row.getAsJsonObject("mostInOnePeriod").size()).isEqualTo(5);
      assertThat(row.getAsJsonObject("granted").size()).isEqualTo(3);
      assertThat(row.getAsJsonObject("alone").get("micros").getAsDouble()).isPositive();
      assertThat(row.getAsJsonObject("batched").get("micros").getAsDouble()).isPositive();
      assertThat(row.getAsJsonObject("batched").getAsJsonObject("commands").keySet())
          .contains("mget", "set", "time");
      assertThat(bytes(row, 0)).isBetween(80.0, 1_000.0);
    }
    assertThat(rows.get(0).getAsJsonObject("alone").getAsJsonObject("commands"))
        .hasToString("{\"get\":1,\"set\":1,\"time\":1}");
    JsonObject log = rows.get(4);
    assertThat(bytes(log, 2)).isGreaterThan(bytes(log, 0)).isGreaterThan(bytes(log, 1));
  }

  private static double bytes(JsonObject row, int index) {
    return row.getAsJsonArray("memory")
        .get(index)
        .getAsJsonObject()
        .get("memoryUsage")
        .getAsDouble();
  }

  @Test
  void printsTablesAndPlots() {
    Path plot = dir.resolve("algorithms.png");
    Outcome outcome = compare("--plot=" + plot);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains(ALGORITHMS)
        .contains("most / limit", "two bursts", "fastest", "get 1.00, set 1.00", "used_memory");
    assertThat(plot).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({
    "--quota=9/s, --quota is 9; it must be from 10 to 10000",
    "--quota=100/2day, a period of more than a day",
    "--quota=often, often",
    "--quota=100/s burst 5, burst",
    "--quota=100/s; 20/s, several limits",
    "--rounds=0, --rounds is 0",
    "--requests=0, --requests is 0",
    "--keys=999, --keys is 999",
    "--plot=/nowhere/at/all.png, no such directory",
    "--redis=redis://127.0.0.1:1, 127.0.0.1"
  })
  void invalidArgumentPrintsOneLineAndExitsWith2(String argument, String expected) {
    Outcome outcome = CLI.execute("algorithms", argument);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1).first().asString().contains(expected);
  }
}
