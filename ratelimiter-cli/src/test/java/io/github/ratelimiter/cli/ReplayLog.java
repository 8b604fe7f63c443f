package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.cli.Cli.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A small log for the tests of the replay, and its replay to JSON. */
final class ReplayLog {
  /** 192.0.2.1 makes five requests, 192.0.2.2 two, 2001:db8::1 one. Line 6 is malformed. */
  static final String LOG =
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

  private ReplayLog() {}

  static String line(String ip, String time, String path) {
    return ip + " - - [17/May/2015:" + time + " +0000] \"GET " + path + " HTTP/1.1\" 200 5\n";
  }

  static JsonObject json(Outcome outcome) {
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return JsonParser.parseString(outcome.out()).getAsJsonObject();
  }

  static JsonObject replay(String log, String... args) {
    List<String> all = new ArrayList<>(List.of("replay", "--format", "json"));
    all.addAll(List.of(args));
    return json(Cli.reading(log).execute(all.toArray(new String[0])));
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }
}
