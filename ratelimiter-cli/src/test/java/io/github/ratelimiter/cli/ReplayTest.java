package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
  @TempDir Path directory;

  private static String line(String ip, String time, String path) {
    return ip + " - - [17/May/2015:" + time + " +0000] \"GET " + path + " HTTP/1.1\" 200 5\n";
  }

  /** Address a asks five times, b twice, c once. */
  private static final String LOG =
      line("192.0.2.1", "10:00:00", "/a?x=1")
          + line("192.0.2.1", "10:00:01", "/a?x=2")
          + line("192.0.2.2", "10:00:02", "/a?x=1")
          + "\n"
          + line("192.0.2.1", "10:00:03", "/a?x=1")
          + "no log line\n"
          + line("192.0.2.1", "10:00:04", "/b")
          + line("192.0.2.2", "10:00:05", "/b")
          + line("192.0.2.1", "10:00:06", "/b")
          + line("2001:db8::1", "10:02:00", "/b");

  private static JsonObject json(Outcome outcome) {
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return JsonParser.parseString(outcome.out()).getAsJsonObject();
  }

  private static JsonObject replay(String log, String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "replay";
    all[1] = "--format";
    all[2] = "json";
    System.arraycopy(args, 0, all, 3, args.length);
    return json(Cli.reading(log).execute(all));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  @Test
  void countsRequestsKeysAndDecisions() {
    JsonObject json = replay(LOG, "--policy", "2/h");
    assertThat(json.get("policy").getAsString()).isEqualTo("2/h");
    assertThat(json.get("requests").getAsLong()).isEqualTo(8);
    assertThat(json.get("keys").getAsLong()).isEqualTo(3);
    assertThat(json.get("keysComplete").getAsBoolean()).isTrue();
    assertThat(json.get("allowed").getAsLong()).isEqualTo(5);
    assertThat(json.get("refused").getAsLong()).isEqualTo(3);
    assertThat(json.get("malformed").getAsLong()).isEqualTo(1);
    assertThat(json.get("from").getAsString()).isEqualTo("2015-05-17T10:00:00Z");
    assertThat(json.get("to").getAsString()).isEqualTo("2015-05-17T10:02:00Z");
    assertThat(json.get("worstMinute"))
        .hasToString("{\"begin\":\"2015-05-17T10:00:00Z\",\"requests\":7,\"refused\":3}");
    assertThat(json.get("topKeys"))
        .hasToString("[{\"key\":\"192.0.2.1\",\"requests\":5,\"allowed\":2,\"refused\":3}]");
  }

  @ParameterizedTest
  @CsvSource({
    "ip, 3, 192.0.2.1",
    "path, 3, /b",
    "agent, 1, -",
    "user, 1, -",
    "ip+path, 6, 192.0.2.1|/a?x=1",
    "path+ip, 6, /a?x=1|192.0.2.1",
    "IP + user, 3, 192.0.2.1|-"
  })
  void keysAreOneFieldOrSeveral(String key, int keys, String first) {
    JsonObject json = replay(LOG, "--policy", "1/h", "--key", key);
    assertThat(json.get("keys").getAsInt()).isEqualTo(keys);
    JsonObject top = json.get("topKeys").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(top.get("key").getAsString()).isEqualTo(first);
  }

  @Test
  void timeNeverMovesBackwardsOverTheWholeInput() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + line("192.0.2.9", "10:01:00", "/")
            // These count at 10:01:00, when the first permit is back.
            + line("192.0.2.1", "10:00:01", "/")
            + line("192.0.2.1", "10:00:02", "/");
    JsonObject json = replay(log, "--policy", "1/min");
    assertThat(json.get("allowed").getAsLong()).isEqualTo(3);
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
    assertThat(json.get("late").getAsLong()).isEqualTo(2);
  }

  @Test
  void aMalformedLineDoesNotMoveTime() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + " - - [17/May/2016:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n"
            + line("192.0.2.1", "10:00:01", "/");
    JsonObject json = replay(log, "--policy", "1/min");
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
    assertThat(json.get("malformed").getAsLong()).isEqualTo(1);
  }

  @Test
  void zonesCount() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + "192.0.2.1 - - [17/May/2015:12:00:30 +0200] \"GET / HTTP/1.1\" 200 5\n";
    assertThat(replay(log, "--policy", "1/min").get("refused").getAsLong()).isEqualTo(1);
  }

  @Test
  void severalPoliciesGiveAnArrayInTheirOrder() {
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
  void eachPolicyOfSeveralIsAsIfAlone() {
    String both =
        Cli.reading(LOG).execute("replay", "-p", "2/h", "-p", "1/min", "--format=json").out();
    JsonArray all = JsonParser.parseString(both).getAsJsonArray();
    assertThat(all.get(0)).isEqualTo(replay(LOG, "-p", "2/h"));
    assertThat(all.get(1)).isEqualTo(replay(LOG, "-p", "1/min"));
  }

  @Test
  void topKeysAreTheMostRefusedAndThenTheBusiest() {
    JsonArray two = replay(LOG, "-p", "0/s", "--top", "2").get("topKeys").getAsJsonArray();
    assertThat(two)
        .extracting(o -> o.getAsJsonObject().get("key").getAsString())
        .containsExactly("192.0.2.1", "192.0.2.2");
    assertThat(replay(LOG, "-p", "0/s", "--top", "0").get("topKeys").getAsJsonArray()).isEmpty();
  }

  @Test
  void theTableTellsTotalsAndTheMostLimited() {
    Outcome outcome = Cli.reading(LOG).execute("replay", "--policy", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("8 requests, 3 keys by ip", "17 May 2015 10:00 to 10:02 UTC, 2 min")
        .contains("1 malformed line left out", "37.5 %", "10:00, 3 of 7", "2/h")
        .containsPattern("192\\.0\\.2\\.1 +5 +3 +60\\.0 %")
        .doesNotContain("192.0.2.2");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(outcome.err()).startsWith("line 6 left out, ").contains("no log line");
  }

  @Test
  void theTableSetsPoliciesSideBySide() {
    String out = Cli.reading(LOG).execute("replay", "-p", "2/h", "-p", "1/h").out();
    assertThat(out)
        .containsPattern("\\[1\\] +5 +3 ")
        .containsPattern("\\[2\\] +3 +5 ")
        .containsPattern("192\\.0\\.2\\.1 +5 +3 +60\\.0 % +4 +80\\.0 %");
  }

  @Test
  void aTerminalWithoutUnicodeGetsAscii() {
    byte[] log = LOG.getBytes(StandardCharsets.ISO_8859_1);
    Cli ascii = new Cli(new ByteArrayInputStream(log), false, false);
    String out = ascii.execute("replay", "--policy", "2/h").out();
    assertThat(out).matches("\\p{ASCII}*");
  }

  @Test
  void theSameInputGivesTheSameOutput() {
    assertThat(Cli.reading(LOG).execute("replay", "-p", "1/h", "-k", "path"))
        .isEqualTo(Cli.reading(LOG).execute("replay", "-p", "1/h", "-k", "path"));
  }

  @Test
  void readsFilesPlainAndPackedWhateverTheirNames() throws IOException {
    JsonObject piped = replay(LOG, "-p", "2/h");
    Path plain = Files.writeString(directory.resolve("plain.gz"), LOG);
    Path packed = Files.write(directory.resolve("packed.log"), gzip(LOG));
    for (Path file : new Path[] {plain, packed}) {
      JsonObject json = json(Cli.run("replay", "-p", "2/h", "--format", "json", file.toString()));
      assertThat(json.remove("source").getAsString()).isEqualTo(file.getFileName().toString());
      json.addProperty("source", "standard input");
      assertThat(json).isEqualTo(piped);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsStandardInputPlainAndPacked(boolean packed) throws IOException {
    byte[] log = packed ? gzip(LOG) : LOG.getBytes(StandardCharsets.ISO_8859_1);
    JsonObject json =
        json(Cli.reading(log).execute("replay", "-p", "2/h", "--format", "json", "-"));
    assertThat(json).isEqualTo(replay(LOG, "-p", "2/h"));
  }

  @Test
  void readsEveryMemberOfAPackedPipeThatNeverKnowsWhatIsAvailable() throws IOException {
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
  void aBrokenGzipIsOneLineAndExit2() throws IOException {
    byte[] whole = gzip(LOG);
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
    Outcome outcome = Cli.reading(half).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("ratelimiter: cannot read standard input: ");
  }

  /** The bytes of a file, one in each character, with $ for a line feed, and what is said. */
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
        "[$  {\"ts\": 1},~looks like a JSON array; make a line of each element: jq -c '.[]' FILE | java",
        "``~ is empty",
        "$ $~ has no requests, only blank lines or a header",
        "#Fields: date time c-ip$~ has no requests, only blank lines or a header",
        "\u007fELF\u0000\u0001~looks binary, not like a log",
        "no log line$~looks like text, but no line of it can be used: the first one is left out because it has no time"
      })
  void aFileWithoutARequestIsExit2AndSaysWhatItLooksLike(String bytes, String told)
      throws IOException {
    String content = bytes.replace('$', '\n');
    Outcome piped = Cli.reading(content).execute("replay", "-p", "1/s", "--format", "json");
    assertThat(piped.exit()).isEqualTo(2);
    assertThat(piped.out()).isEmpty();
    assertThat(piped.err()).contains("ratelimiter: standard input", told);

    Path file = directory.resolve("access.log");
    Files.write(file, gzip(content));
    Outcome outcome = Cli.run("replay", "-p", "1/s", file.toString());
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains(told.replace("FILE", file.toString()));
  }

  @Test
  void theCommandThatUnpacksNamesTheFile() throws IOException {
    Path file = directory.resolve("access.log.xz");
    Files.write(file, "\u00fd7zXZ\u0000".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Cli.run("replay", "-p", "1/s", file.toString()).err())
        .contains(
            "access.log.xz looks like xz; unpack it: xz -dc "
                + file
                + " | java -jar ratelimiter.jar replay -");
  }

  @Test
  void warnsWhereAllRequestsHaveOneKey() {
    String log = line("192.0.2.1", "10:00:00", "/a").repeat(20);
    Outcome outcome = Cli.reading(log).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err())
        .startsWith("warning: all 20 requests have one key by ip, 192.0.2.1: ");
  }

  @Test
  void warnsWhereNearlyEveryRequestHasItsOwnKey() {
    StringBuilder log = new StringBuilder(line("192.0.2.1", "10:00:00", "/a"));
    for (int i = 1; i < 40; i++) {
      log.append(line("192.0.2." + i, "10:00:00", "/a"));
    }
    Outcome outcome = Cli.reading(log.toString()).execute("replay", "-p", "2/h");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err())
        .startsWith("warning: 39 keys by ip in 40 requests: nearly every request has a key of its");
  }

  @Test
  void doesNotWarnOfUsualLogs() {
    assertThat(Cli.run("replay", "--sample").err()).doesNotContain("warning");
    assertThat(Cli.reading(LOG).execute("replay", "-p", "2/h", "-k", "user").err())
        .doesNotContain("warning");
  }

  @Test
  void fractionsOfASecondCount() {
    String log =
        "{\"ts\":1431857103.0,\"remote_addr\":\"192.0.2.1\"}\n"
            + "{\"ts\":1431857103.999999,\"remote_addr\":\"192.0.2.1\"}\n"
            + "{\"ts\":1431857104.0,\"remote_addr\":\"192.0.2.1\"}\n";
    JsonObject json = replay(log, "-p", "1/s");
    assertThat(json.get("allowed").getAsLong()).isEqualTo(2);
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstAddress() {
    JsonObject json = replay("\u00ef\u00bb\u00bf" + LOG, "-p", "0/s");
    JsonObject top = json.get("topKeys").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(top.get("requests").getAsLong()).isEqualTo(5);
  }

  @Test
  void namesTheFirstMalformedLinesAndCountsTheRest() {
    String long1 = "\u001b[31m" + "x".repeat(500) + "\n";
    Outcome outcome = Cli.reading(long1 + "x\n".repeat(9)).execute("replay", "-p", "1/s");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err().lines()).hasSize(7);
    assertThat(outcome.err())
        .startsWith("line 1 left out, it has no time as [17/May/2015:10:05:03 +0000]: \\x1b[31mx")
        .contains("...", "and 5 more lines left out, it has no time")
        .doesNotContain("\u001b");
    assertThat(outcome.err().lines()).allMatch(line -> line.length() < 240);
  }

  @Test
  void moreKeysThanTheMaximumAreALowerBoundThatIsTold() {
    JsonObject json = replay(LOG, "-p", "2/h", "--max-keys", "1");
    assertThat(json.get("keys").getAsLong()).isEqualTo(1);
    assertThat(json.get("keysComplete").getAsBoolean()).isFalse();
    assertThat(json.get("requests").getAsLong()).isEqualTo(8);
    assertThat(json.get("forgottenKeys").getAsLong()).isPositive();
    String out = Cli.reading(LOG).execute("replay", "-p", "2/h", "--max-keys", "1").out();
    assertThat(out).contains("at least 1 key", "lower bounds", "forgotten early");
  }

  @Test
  void longKeysAreToldApartAndShownWhole() {
    String start = "/" + "x".repeat(100);
    String log = line("192.0.2.1", "10:00:00", start + "1") + line("::1", "10:00:00", start + "2");
    JsonObject json = replay(log, "-p", "0/s", "-k", "path");
    assertThat(json.get("keys").getAsLong()).isEqualTo(2);
    assertThat(json.get("topKeys").toString()).contains(start + "1", start + "2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "replay -p 3/foo -;found 'foo', expected a unit",
        "replay -p 3/s -k ip+foo -;found 'foo', expected ip, path, agent or user",
        "replay -p 3/s -k ip+ip -;'ip' stands there twice",
        "replay -p 3/s -k ip+ -;found '', expected ip, path, agent or user",
        "replay -p 3/s no-such-file;there is no file no-such-file",
        "replay -p 3/s .;is a directory",
        "replay -;no policy",
        "replay -p 3/s --format xml;found 'xml', expected table or json",
        "replay -p 3/s --top -1 -;--top is -1",
        "replay -p 3/s --top x -;'x' is not an int",
        "replay -p 3/s --max-keys 0 -;--max-keys is 0",
        "replay -p 3/s --plot no-such-directory/x.png -;there is no such directory",
        "replay -p 3/s --plot . -;it is a directory",
        "replay --sample x.log;--sample and a file exclude each other",
        "replay --bogus;--bogus"
      })
  void whatIsWrongIsOneLineAndExit2(String command, String message) {
    Outcome outcome = Cli.run(command.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("ratelimiter: ").contains(message);
  }

  @Test
  void doesNotWaitForSomebodyToTypeALog() {
    Cli terminal = new Cli(java.io.InputStream.nullInputStream(), true, true);
    Outcome outcome = terminal.execute("replay", "-p", "3/s");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("name a file, pipe one in, or try --sample");
    assertThat(terminal.execute("replay", "-p", "3/s", "-").err()).contains("is empty");
  }

  @Test
  void plotsAChartForEachPolicy() throws IOException {
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
  void theSampleNeedsNothing() {
    Outcome outcome = Cli.run("replay", "--sample");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("the sample log", "2 malformed lines", "192.0.2.66", "203.0.113.50");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    JsonObject json = json(Cli.run("replay", "--sample", "-p", "30/min", "--format", "json"));
    assertThat(json.get("refused").getAsLong()).isPositive();
  }
}
