package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.LOG;
import static io.github.ratelimiter.cli.ReplayLog.json;
import static io.github.ratelimiter.cli.ReplayLog.replay;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay prints: the table, the JSON and the plot. */
class ReplayReportTest {
  @TempDir Path directory;

  @Test
  void tableContainsTotalsAndMostLimitedKeys() {
    Outcome outcome = Cli.reading(LOG).execute("replay", "--policy", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("8 requests, 3 keys by ip", "17 May 2015 10:00 to 10:02 UTC, 2 min")
        .contains("1 malformed line skipped", "37.5 %", "10:00, 3 of 7", "2/h")
        .containsPattern("192\\.0\\.2\\.1 +5 +3 +60\\.0 %")
        .doesNotContain("192.0.2.2");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(outcome.err()).startsWith("skipped line 6 because ").contains("no log line");
  }

  @Test
  void tableShowsPoliciesSideBySide() {
    String out = Cli.reading(LOG).execute("replay", "-p", "2/h", "-p", "1/h").out();
    assertThat(out)
        .containsPattern("\\[1\\] +5 +3 ")
        .containsPattern("\\[2\\] +3 +5 ")
        .containsPattern("192\\.0\\.2\\.1 +5 +3 +60\\.0 % +4 +80\\.0 %");
  }

  @Test
  void terminalWithoutUnicodeGetsAscii() {
    byte[] log = LOG.getBytes(StandardCharsets.ISO_8859_1);
    Cli ascii = new Cli(new ByteArrayInputStream(log), false, false);
    String out = ascii.execute("replay", "--policy", "2/h").out();
    assertThat(out).matches("\\p{ASCII}*");
  }

  @Test
  void sameInputHasSameOutput() {
    assertThat(Cli.reading(LOG).execute("replay", "-p", "1/h", "-k", "path"))
        .isEqualTo(Cli.reading(LOG).execute("replay", "-p", "1/h", "-k", "path"));
  }

  @Test
  void jsonOfSeveralPoliciesIsAnArrayInTheirOrder() {
    Outcome outcome =
        Cli.reading(LOG)
            .execute("replay", "--policy", "1/h", "-p", "0/s", "-p", "9/h;5/h", "--format=json");
    JsonArray all = JsonParser.parseString(outcome.out()).getAsJsonArray();
    assertThat(all).hasSize(3);
    assertThat(all)
        .extracting(o -> o.getAsJsonObject().get("refused").getAsInt())
        .containsExactly(5, 8, 0);
    assertThat(all.get(2).getAsJsonObject().get("policy").getAsString()).isEqualTo("9/h; 5/h");
    assertThat(all.get(2).getAsJsonObject().get("topKeys").getAsJsonArray()).isEmpty();
    assertThat(all.get(2).getAsJsonObject().get("worstMinute").isJsonNull()).isTrue();
  }

  @Test
  void topKeysAreOrderedByRefusalsThenRequests() {
    JsonArray two = replay(LOG, "-p", "0/s", "--top", "2").get("topKeys").getAsJsonArray();
    assertThat(two)
        .extracting(o -> o.getAsJsonObject().get("key").getAsString())
        .containsExactly("192.0.2.1", "192.0.2.2");
    assertThat(replay(LOG, "-p", "0/s", "--top", "0").get("topKeys").getAsJsonArray()).isEmpty();
  }

  @Test
  void plotHasOneChartForEachPolicy() throws IOException {
    Path file = directory.resolve("plot.png");
    Outcome outcome =
        Cli.reading(LOG).execute("replay", "-p", "2/h", "-p", "1/h", "--plot", file.toString());
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    BufferedImage both = ImageIO.read(file.toFile());
    Cli.reading(LOG).execute("replay", "-p", "2/h", "--plot", file.toString());
    BufferedImage one = ImageIO.read(file.toFile());
    assertThat(both.getWidth()).isEqualTo(one.getWidth());
    assertThat(both.getHeight()).isEqualTo(2 * one.getHeight());
  }

  @Test
  void sampleNeedsNoOtherArgument() {
    Outcome outcome = Cli.run("replay", "--sample");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("the sample log", "2 malformed lines", "192.0.2.66", "203.0.113.50");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    JsonObject json = json(Cli.run("replay", "--sample", "-p", "30/min", "--format", "json"));
    assertThat(json.get("refused").getAsLong()).isPositive();
  }
}
