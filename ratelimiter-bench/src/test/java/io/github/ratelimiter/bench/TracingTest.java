package io.github.ratelimiter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
  private static final Cli CLI = Cli.of(Main::commandLine);
  private static final String[] KINDS = {"off", "no sdk", "not sampled", "sampled"};

  private static Outcome measure(String format) {
    return CLI.execute("tracing", "--rounds=3", "--warm-up=1", "--calls=5", "--format=" + format);
  }

  @Test
  void measuresEachKindInEachRound() {
    Outcome outcome = measure("json");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exit()).isZero();
    List<JsonObject> rows =
        JsonParser.parseString(outcome.out())
            .getAsJsonObject()
            .getAsJsonArray("results")
            .asList()
            .stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
    assertThat(rows).extracting(row -> row.get("tracing").getAsString()).containsExactly(KINDS);
    for (JsonObject row : rows) {
      assertThat(row.get("p50Micros").getAsDouble()).isPositive();
      assertThat(row.get("ratio").getAsDouble()).isPositive();
      assertThat(row.getAsJsonArray("ratios").size()).isEqualTo(3);
    }
    assertThat(rows.get(0).get("ratio").getAsDouble()).isEqualTo(1);
  }

  @Test
  void printsATable() {
    assertThat(measure("table").out())
        .contains(KINDS)
        .contains("3 rounds of 5 calls", "p50 µs", "quartiles");
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, --rounds is 0",
    "--warm-up=-1, --warm-up is -1",
    "--calls=0, --calls is 0",
    "--redis=redis://127.0.0.1:1, 127.0.0.1"
  })
  void refusesWhatItCannotMeasure(String option, String message) {
    Outcome outcome = CLI.execute("tracing", option);
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(message);
  }
}
