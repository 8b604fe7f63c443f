package io.github.ratelimiter.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
  private static final String TIME = "[17/May/2015:10:05:03 +0000]";

  private static LogLine read(String text) {
    byte[] bytes = ("\n" + text + "\n").getBytes(StandardCharsets.ISO_8859_1);
    LogLine line = new LogLine();
    assertThat(line.read(bytes, 1, bytes.length - 1)).isEqualTo(line.problem().isEmpty());
    return line;
  }

  private static String field(LogLine line, Field field) {
    byte[] bytes = new byte[1_024];
    return new String(bytes, 0, line.copy(field, bytes, 0), StandardCharsets.ISO_8859_1);
  }

  /** TIME stands for the time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "192.0.2.1 - - TIME \"GET /a?b=c HTTP/1.1\" 200 5 \"-\" \"Agent 1\"~192.0.2.1~-~/a?b=c~Agent 1",
        "192.0.2.1 - - TIME \"GET / HTTP/1.1\" 200 5~192.0.2.1~-~/~-",
        "2001:db8::1 - anna TIME \"POST /a HTTP/2.0\" 200 - \"-\" \"-\"~2001:db8::1~anna~/a~-",
        "host.example - - TIME \"GET / HTTP/1.1\" 200 5~host.example~-~/~-",
        "- - - TIME \"GET / HTTP/1.1\" 200 5~-~-~/~-",
        // users
        "h - anna lee TIME \"GET / HTTP/1.1\" 200 5~h~anna lee~/~-",
        "h - \"\" TIME \"GET / HTTP/1.1\" 200 5~h~-~/~-",
        "h - \"anna\" TIME \"GET / HTTP/1.1\" 200 5~h~\"anna\"~/~-",
        "h - a [b] c TIME \"GET / HTTP/1.1\" 200 5~h~a [b] c~/~-",
        "h - a [01/Jan/2030:00:00:00 +0000] TIME \"GET / HTTP/1.1\" 200~h~a [01/Jan/2030:00:00:00 +0000]~/~-",
        "h TIME \"GET / HTTP/1.1\" 200 5~h~-~/~-",
        "h - TIME \"GET / HTTP/1.1\" 200 5~h~-~/~-",
        // requests
        "h - - TIME \"-\" 408 -~h~-~-~-",
        "h - - TIME \"\" 400 -~h~-~-~-",
        "h - - TIME \"GET\" 400 - \"-\" \"a\"~h~-~-~a",
        "h - - TIME \"GET HTTP/1.1\" 400 -~h~-~-~-",
        "h - - TIME \"GET  HTTP/1.1\" 400 -~h~-~-~-",
        "h - - TIME \"GET /old\" 200 5~h~-~/old~-",
        "h - - TIME \"GET /a b HTTP/1.1\" 200 5~h~-~/a b~-",
        "h - - TIME \"GET /?q=\\\"x\\\" HTTP/1.1\" 200 5 \"-\" \"a\"~h~-~/?q=\\\"x\\\"~a",
        "h - - TIME \"GET /?q=\"x\"y HTTP/1.1\" 200 5 \"-\" \"a\"~h~-~/?q=\"x\"y~a",
        "h - - TIME \"\\x16\\x03\\x01 a b\" 400 5 \"-\" \"a\"~h~-~-~a",
        "h - - TIME \"CONNECT x.example:443 HTTP/1.1\" 405 5~h~-~x.example:443~-",
        "h - - TIME \"OPTIONS * HTTP/1.1\" 200 5~h~-~*~-",
        "h - - TIME \"GET http://x.example/a HTTP/1.1\" 200~h~-~http://x.example/a~-",
        "h - - TIME garbage~h~-~-~-",
        "h - - TIME~h~-~-~-",
        "h - - TIME ~h~-~-~-",
        "h - - TIME \"GET /cut~h~-~/cut~-",
        // agents
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"\"~h~-~/~-",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"cut~h~-~/~cut",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"-\"~h~-~/~-",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"~h~-~/~-",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"a \\\"b\\\" c\" \"198.51.100.1\"~h~-~/~a \\\"b\\\" c",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"a\\\\\" 0.1~h~-~/~a\\\\",
        "h - - TIME \"GET / HTTP/1.1\" 200 5 \"r [01/Jan/2030:00:00:00 +0000]\" \"a\"~h~-~/~a"
      })
  void reads(String text, String ip, String user, String path, String agent) {
    LogLine line = read(text.replace("TIME", TIME));
    assertThat(line.problem()).isEmpty();
    assertThat(field(line, Field.IP)).isEqualTo(ip);
    assertThat(field(line, Field.USER)).isEqualTo(user);
    assertThat(field(line, Field.PATH)).isEqualTo(path);
    assertThat(field(line, Field.AGENT)).isEqualTo(agent);
    assertThat(line.micros())
        .isEqualTo(Instant.parse("2015-05-17T10:05:03Z").getEpochSecond() * 1_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "x~has no",
        "192.0.2.1 - - \"GET / HTTP/1.1\" 200 5~has no",
        "192.0.2.1 - - [17/May/2015:10:05:03] \"GET / HTTP/1.1\" 200 5~has no",
        "192.0.2.1 - - [17/Foo/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~month",
        "192.0.2.1 - - [31/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~day",
        "192.0.2.1 - - [17/May/2015:10:05~has no",
        " - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~address",
        "[17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~has no",
        "\u0000192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~address",
      })
  void refuses(String text, String problem) {
    assertThat(read(text).problem()).contains(problem);
  }

  @Test
  void nothingOfTheLineBeforeRemains() {
    LogLine line = new LogLine();
    for (String text :
        new String[] {
          "h - anna " + TIME + " \"GET /a HTTP/1.1\" 200 5 \"-\" \"agent\"", "i - - " + TIME
        }) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(line.read(bytes, 0, bytes.length)).isTrue();
    }
    assertThat(field(line, Field.USER) + field(line, Field.PATH) + field(line, Field.AGENT))
        .isEqualTo("---");
  }

  @Test
  void anyBytesAreReadOrRefused() {
    Random random = new Random(2);
    String whole = "h - anna " + TIME + " \"GET /a HTTP/1.1\" 200 5 \"-\" \"agent\"";
    String signs = "\"\\[] \u0000\u00ffx-";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int edits = random.nextInt(6); edits >= 0; edits--) {
        int at = random.nextInt(text.length());
        text.replace(
            at,
            Math.min(at + random.nextInt(4), text.length()),
            String.valueOf(signs.charAt(random.nextInt(signs.length()))));
      }
      LogLine line = read(text.substring(0, random.nextInt(text.length() + 1)));
      for (Field field : Field.values()) {
        assertThat(field(line, field)).isNotEmpty();
      }
    }
  }
}
