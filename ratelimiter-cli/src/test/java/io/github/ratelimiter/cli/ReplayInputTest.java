package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.LOG;
import static io.github.ratelimiter.cli.ReplayLog.gzip;
import static io.github.ratelimiter.cli.ReplayLog.json;
import static io.github.ratelimiter.cli.ReplayLog.replay;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a replay reads: files, standard input, gzip, and what it says about other files. */
class ReplayInputTest {
  @TempDir Path directory;

  @Test
  void readsPlainAndGzipFilesWithAnyExtension() throws IOException {
    JsonObject piped = replay(LOG, "-p", "2/h");
    Path plain = Files.writeString(directory.resolve("plain.gz"), LOG);
    Path gzipped = Files.write(directory.resolve("gzipped.log"), gzip(LOG));
    for (Path file : new Path[] {plain, gzipped}) {
      JsonObject json = json(Cli.run("replay", "-p", "2/h", "--format", "json", file.toString()));
      assertThat(json.remove("source").getAsString()).isEqualTo(file.getFileName().toString());
      json.addProperty("source", "standard input");
      assertThat(json).isEqualTo(piped);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsPlainAndGzipStandardInput(boolean gzipped) throws IOException {
    byte[] log = gzipped ? gzip(LOG) : LOG.getBytes(StandardCharsets.ISO_8859_1);
    JsonObject json =
        json(Cli.reading(log).execute("replay", "-p", "2/h", "--format", "json", "-"));
    assertThat(json).isEqualTo(replay(LOG, "-p", "2/h"));
  }

  @Test
  void readsEveryGzipMemberOfAPipeThatReportsNothingAvailable() throws IOException {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.write(gzip(LOG));
    twice.write(gzip(LOG));
    FilterInputStream pipe =
        new FilterInputStream(new ByteArrayInputStream(twice.toByteArray())) {
          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            return super.read(target, from, Math.min(length, 1));
          }

          @Override
          public int available() {
            return 0;
          }
        };
    Outcome outcome = new Cli(pipe, false, true).execute("replay", "-p", "2/h", "--format", "json");
    assertThat(json(outcome).get("requests").getAsLong()).isEqualTo(16);
  }

  @Test
  void byteOrderMarkIsNotPartOfTheFirstAddress() {
    JsonObject json = replay("\u00ef\u00bb\u00bf" + LOG, "-p", "0/s");
    JsonObject top = json.get("topKeys").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(top.get("requests").getAsLong()).isEqualTo(5);
  }

  @Test
  void truncatedGzipPrintsOneLineAndExitsWith2() throws IOException {
    byte[] whole = gzip(LOG);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    Outcome outcome = Cli.reading(half).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("ratelimiter: cannot read standard input: ");
  }

  /** The content has one byte in each character, and $ for a line feed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "\u00fd7zXZ\u0000\u0000~looks like xz; unpack it: xz -dc FILE | java -jar ratelimiter.jar replay -",
        "BZh91AY&SY\u0001~looks like bzip2; unpack it: bzip2 -dc FILE | java",
        "PK\u0003\u0004\u0014~looks like zip; unpack it: unzip -p FILE | java",
        "\u0028\u00b5\u002f\u00fd\u0004~looks like zstd; unpack it: zstd -dc FILE | java",
        "\u0004\"M\u0018~looks like lz4; unpack it: lz4 -dc FILE | java",
        "\u00ff\u00fe1\u0000~looks like UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 FILE | java",
        "[$  {\"ts\": 1},~looks like a JSON array; print one element per line: jq -c '.[]' FILE | java",
        "``~ is empty",
        "$ $~ has no requests, only blank lines or a header",
        "#Fields: date time c-ip$~ has no requests, only blank lines or a header",
        "\u007fELF\u0000\u0001~looks like binary data",
        "no log line$~looks like text, and none of its lines can be used: the first was skipped because it has no time"
      })
  void fileWithoutARequestExitsWith2AndIsDescribed(String content, String message)
      throws IOException {
    String bytes = content.replace('$', '\n');
    Outcome piped = Cli.reading(bytes).execute("replay", "-p", "1/s", "--format", "json");
    assertThat(piped.exit()).isEqualTo(2);
    assertThat(piped.out()).isEmpty();
    assertThat(piped.err()).contains("ratelimiter: standard input", message);

    Path file = directory.resolve("access.log");
    Files.write(file, gzip(bytes));
    Outcome outcome = Cli.run("replay", "-p", "1/s", file.toString());
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains(message.replace("FILE", file.toString()));
  }

  @Test
  void unpackCommandContainsTheFileName() throws IOException {
    Path file = directory.resolve("access.log.xz");
    Files.write(file, "\u00fd7zXZ\u0000".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Cli.run("replay", "-p", "1/s", file.toString()).err())
        .contains(
            "access.log.xz looks like xz; unpack it: xz -dc "
                + file
                + " | java -jar ratelimiter.jar replay -");
  }
}
