package io.github.ratelimiter.cli.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogParserTest {
  private static final String TIME = "[17/May/2015:10:05:03 +0000]";

  private static Line.Request read(String text) {
    Line line = new LogParser().read(text);
    assertThat(line).isInstanceOf(Line.Request.class);
    return (Line.Request) line;
  }

  private static String problem(String text) {
    Line line = new LogParser().read(text);
    assertThat(line).isInstanceOf(Line.Unusable.class);
    return ((Line.Unusable) line).reason();
  }

  /** TIME is replaced by the time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "192.0.2.1 - - TIME \"GET /a?b=c HTTP/1.1\" 200 5 \"-\" \"Agent 1\"~192.0.2.1~-~/a?b=c~Agent 1",
        "192.0.2.1 - - TIME \"GET / HTTP/1.1\" 200 5~192.0.2.1~-~/~-",
        "2001:db8::1 - anna TIME \"POST /a HTTP/2.0\" 200 - \"-\" \"-\"~2001:db8::1~anna~/a~-",
        "host.example - - TIME \"GET / HTTP/1.1\" 200 5~host.example~-~/~-",
        // users
        "192.0.2.9 - anna lee TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~anna lee~/~-",
        "192.0.2.9 - \"\" TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~-~/~-",
        "192.0.2.9 - \"anna\" TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~\"anna\"~/~-",
        "192.0.2.9 - a [b] c TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~a [b] c~/~-",
        "192.0.2.9 - a [01/Jan/2030:00:00:00 +0000] TIME \"GET / HTTP/1.1\" 200~192.0.2.9~a [01/Jan/2030:00:00:00 +0000]~/~-",
        "192.0.2.9 TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~-~/~-",
        "192.0.2.9 - TIME \"GET / HTTP/1.1\" 200 5~192.0.2.9~-~/~-",
        // requests
        "192.0.2.9 - - TIME \"-\" 408 -~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME \"\" 400 -~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME \"GET\" 400 - \"-\" \"a\"~192.0.2.9~-~-~a",
        "192.0.2.9 - - TIME \"GET HTTP/1.1\" 400 -~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME \"GET  HTTP/1.1\" 400 -~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME \"GET /old\" 200 5~192.0.2.9~-~/old~-",
        "192.0.2.9 - - TIME \"GET /a b HTTP/1.1\" 200 5~192.0.2.9~-~/a b~-",
        "192.0.2.9 - - TIME \"GET /?q=\\\"x\\\" HTTP/1.1\" 200 5 \"-\" \"a\"~192.0.2.9~-~/?q=\\\"x\\\"~a",
        "192.0.2.9 - - TIME \"GET /?q=\"x\"y HTTP/1.1\" 200 5 \"-\" \"a\"~192.0.2.9~-~/?q=\"x\"y~a",
        "192.0.2.9 - - TIME \"\\x16\\x03\\x01 a b\" 400 5 \"-\" \"a\"~192.0.2.9~-~-~a",
        "192.0.2.9 - - TIME \"CONNECT x.example:443 HTTP/1.1\" 405 5~192.0.2.9~-~x.example:443~-",
        "192.0.2.9 - - TIME \"OPTIONS * HTTP/1.1\" 200 5~192.0.2.9~-~*~-",
        "192.0.2.9 - - TIME \"GET http://x.example/a HTTP/1.1\" 200~192.0.2.9~-~http://x.example/a~-",
        "192.0.2.9 - - TIME garbage~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME ~192.0.2.9~-~-~-",
        "192.0.2.9 - - TIME \"GET /cut~192.0.2.9~-~/cut~-",
        // agents
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"\"~192.0.2.9~-~/~-",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"cut~192.0.2.9~-~/~cut",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"-\"~192.0.2.9~-~/~-",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"~192.0.2.9~-~/~-",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"a \\\"b\\\" c\" \"198.51.100.1\"~192.0.2.9~-~/~a \\\"b\\\" c",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"-\" \"a\\\\\" 0.1~192.0.2.9~-~/~a\\\\",
        "192.0.2.9 - - TIME \"GET / HTTP/1.1\" 200 5 \"r [01/Jan/2030:00:00:00 +0000]\" \"a\"~192.0.2.9~-~/~a"
      })
  void readsFieldsOfCommonAndCombinedLines(
      String text, String ip, String user, String path, String agent) {
    Line.Request line = read(text.replace("TIME", TIME));
    assertThat(line.ip()).isEqualTo(ip);
    assertThat(line.user()).isEqualTo(user);
    assertThat(line.path()).isEqualTo(path);
    assertThat(line.agent()).isEqualTo(agent);
    assertThat(line.micros())
        .isEqualTo(Instant.parse("2015-05-17T10:05:03Z").getEpochSecond() * 1_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "x~no time",
        "192.0.2.1 - - \"GET / HTTP/1.1\" 200 5~no time",
        "192.0.2.1 - - [17/Foo/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~time is invalid",
        "192.0.2.1 - - [31/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~time is invalid",
        "192.0.2.1 - - [17/May/2015:10:05~no time",
        " - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~no client address",
        "- - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~no client address",
        "www.example.com:80 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200~no client address",
        "app[3]: started web - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\"~no client address",
        "300.1.1.1 [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~no client address",
        "[17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~no client address",
        "\u0000192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5~no client address",
        "{\"ts\":1.5~not a JSON object",
        "{\"remote_addr\":\"192.0.2.1\"}~JSON without a time",
        "{\"ts\":1431857103}~JSON without an address",
        "{\"ts\":\"soon\",\"remote_addr\":\"192.0.2.1\"}~time is invalid",
        "2015-05-17 10:05:03 192.0.2.1 GET / 200~no #Fields line"
      })
  void reportsWhyALineCannotBeUsed(String text, String problem) {
    assertThat(problem(text)).contains(problem);
  }

  /** A prefix does not change the client, and is not mistaken for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "www.example.com:443 ",
        "www.example.com ",
        "10.0.0.1:443 ",
        "- ",
        "web-1  | ",
        "web-1  | www.example.com:80 ",
        "[pod/web-6b7f/nginx] ",
        "2024-01-01T00:00:00.000000000Z stdout F ",
        "2024-01-01T00:00:00.123+02:00 stderr F ",
        "2024-01-01T00:00:00.123456789Z ",
        "[pod/web-6b7f/nginx] 2024-01-01T00:00:00.000000000Z ",
        "Mar  2 09:00:00 web1 nginx: ",
        "Mar 12 09:00:00 10.0.0.5 nginx[17]: ",
        "<190>Mar  2 09:00:00 web1 nginx: ",
        "<190>Mar  2 09:00:00 nginx: ",
        "<134>1 2024-01-01T00:00:00Z web1 nginx - - - ",
        "<134>1 2024-01-01T00:00:00Z 10.0.0.5 nginx 7 - [a b=\"c\"] ",
        "2024-01-01T00:00:00.123+00:00 10.0.0.5 nginx: "
      })
  void findsTheClientAfterAPrefix(String prefix) {
    Line.Request line =
        read(prefix + "203.0.113.7 - anna " + TIME + " \"GET /a HTTP/1.1\" 200 5 \"-\" \"b\"");
    assertThat(line)
        .isEqualTo(
            new Line.Request(1_431_857_103_000_000L, "203.0.113.7", "GET", "/a", "b", "anna", 200));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "203.0.113.7:51234~203.0.113.7",
        "203.0.113.7, 10.0.0.2~203.0.113.7",
        "203.0.113.7,10.0.0.2, 10.0.0.3~203.0.113.7",
        "203.0.113.7:51234, 10.0.0.2:80~203.0.113.7",
        "\"203.0.113.7, 10.0.0.2\"~203.0.113.7",
        "203.0.113.7 10.0.0.2~203.0.113.7",
        "2001:db8::1~2001:db8::1",
        "[2001:db8::1]~2001:db8::1",
        "[2001:db8::1]:51234~2001:db8::1",
        "::ffff:192.0.2.1~::ffff:192.0.2.1",
        "::1~::1",
        "4.3.2.1.dsl.example.net~4.3.2.1.dsl.example.net"
      })
  void allNotationsOfAClientHaveTheSameAddress(String client, String key) {
    Line.Request line = read(client + " - anna " + TIME + " \"GET / HTTP/1.1\" 200 5");
    assertThat(line.ip()).isEqualTo(key);
    assertThat(line.user()).isEqualTo("anna");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        // Amazon S3
        "79a59df9 bucket TIME 192.0.2.3 anna 3E57427F3 REST.GET.OBJECT a \"GET /bucket/a?b=c HTTP/1.1\" 200 - 113 - 7 - \"-\" \"S3Console/0.4\" -~192.0.2.3~anna~/bucket/a?b=c~S3Console/0.4~GET~200",
        // AWS application and classic load balancers
        "https 2015-05-17T10:05:03.000000Z app/lb/50dc6c 192.0.2.3:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 \"GET https://www.example.com:443/a HTTP/1.1\" \"curl/7.46.0\" ECDHE TLSv1.2~192.0.2.3~-~https://www.example.com:443/a~curl/7.46.0~GET~200",
        "h2 2015-05-17T10:05:03.000000Z app/lb/50dc6c [2001:db8::3]:2817 - -1 -1 -1 503 - 0 57 \"GET https://a:443/ HTTP/2.0\" \"curl\"~2001:db8::3~-~https://a:443/~curl~GET~503",
        "2015-05-17T10:05:03.000000Z lb 192.0.2.3:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 \"GET http://a:80/ HTTP/1.1\" \"curl\" - -~192.0.2.3~-~http://a:80/~curl~GET~200",
        // Caddy
        "{\"level\":\"info\",\"ts\":1431857103.0,\"logger\":\"http.log.access\",\"request\":{\"remote_ip\":\"10.0.0.1\",\"client_ip\":\"192.0.2.3\",\"method\":\"GET\",\"uri\":\"/a?b\",\"headers\":{\"User-Agent\":[\"curl/8\"]}},\"user_id\":\"\",\"status\":200}~192.0.2.3~-~/a?b~curl/8~GET~200",
        "{\"ts\":1431857103,\"request\":{\"remote_addr\":\"192.0.2.3:4711\",\"uri\":\"/\"},\"user_id\":\"anna\"}~192.0.2.3~anna~/~-~-~0",
        // Traefik
        "{\"ClientAddr\":\"10.0.0.1:5\",\"ClientHost\":\"192.0.2.3\",\"ClientUsername\":\"-\",\"RequestPath\":\"/a\",\"StartUTC\":\"2015-05-17T10:05:03Z\",\"request_User-Agent\":\"curl\",\"OriginStatus\":500,\"DownstreamStatus\":302,\"time\":\"2015-05-17T10:05:09Z\"}~192.0.2.3~-~/a~curl~-~302",
        // nginx
        "{\"time_local\":\"17/May/2015:12:05:03 +0200\",\"remote_addr\":\"192.0.2.3\",\"remote_user\":\"anna\",\"request\":\"GET /a HTTP/1.1\",\"status\":\"404\",\"http_user_agent\":\"b\"}~192.0.2.3~anna~/a~b~GET~404",
        "{\"time\":\"2015-05-17T10:05:03+00:00\",\"remote_addr\":\"192.0.2.3\",\"request_uri\":\"/a\",\"http_user_agent\":\"a\\x22b\"}~192.0.2.3~-~/a~a\\x22b~-~0",
        "{\"msec\":\"1431857103.000\",\"remote_addr\":\"192.0.2.3\",\"uri\":\"/a\"}~192.0.2.3~-~/a~-~-~0",
        // with the prefix of a collector, and wrapped by Docker
        "web-1  | {\"msec\":1431857103,\"remote_addr\":\"192.0.2.3\",\"uri\":\"/a\"}~192.0.2.3~-~/a~-~-~0",
        "{\"log\":\"192.0.2.3 - - TIME \\\"GET /a HTTP/1.1\\\" 200 5\\n\",\"stream\":\"stdout\",\"time\":\"2024-01-01T00:00:00Z\"}~192.0.2.3~-~/a~-~GET~200"
      })
  void detectsTheFormatOfEachLine(
      String text, String ip, String user, String path, String agent, String method, int status) {
    assertThat(read(text.replace("TIME", TIME)))
        .isEqualTo(new Line.Request(1_431_857_103_000_000L, ip, method, path, agent, user, status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[17/May/2015:10:05:03.250 +0000]",
        "[2015-05-17T10:05:03.250Z]",
        "[2015-05-17T12:05:03.250000+02:00]",
        "[2015-05-17 10:05:03,250]",
        "[1431857103.250]",
        "2015-05-17T10:05:03.250+00:00",
        "1431857103.250"
      })
  void readsTimesInSeveralNotations(String time) {
    assertThat(read("192.0.2.1 - - " + time + " \"GET /a HTTP/1.1\" 200 5"))
        .isEqualTo(
            new Line.Request(1_431_857_103_250_000L, "192.0.2.1", "GET", "/a", "-", "-", 200));
  }

  @Test
  void w3cColumnsAreNamedByTheLastHeader() {
    LogParser parser = new LogParser();
    assertThat(parser.read("#Software: Microsoft Internet Information Services 10.0"))
        .isEqualTo(new Line.BlankOrHeader());
    parser.read(
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
            + " cs(User-Agent) sc-status");
    assertThat(parser.read("2015-05-17 10:05:03 10.0.0.1 GET /a b=c 80 anna 192.0.2.3 Edge+1 200"))
        .isEqualTo(
            new Line.Request(
                1_431_857_103_000_000L, "192.0.2.3", "GET", "/a?b=c", "Edge+1", "anna", 200));
    assertThat(parser.read("2015-05-17 10:05:03 10.0.0.1 GET")).isInstanceOf(Line.Unusable.class);

    parser.read("#Fields: date time x-edge-location c-ip cs-method cs-uri-stem cs(User-Agent)");
    assertThat(parser.read("2015-05-17\t10:05:03\tFRA2\t2001:db8::3\tGET\t/a\tcurl/8%20x"))
        .isEqualTo(
            new Line.Request(
                1_431_857_103_000_000L,
                "2001:db8::3",
                "GET",
                "/a",
                "curl/8%20x",
                "-",
                Line.NO_STATUS));

    parser.read("#Fields: time c-ip");
    assertThat(parser.read("10:05:03 192.0.2.3"))
        .isEqualTo(new Line.Unusable("the #Fields line lacks date, time or c-ip"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "192.0.2.1 - - TIME \"DELETE /a HTTP/1.1\" 200 5~DELETE",
        "192.0.2.1 - - TIME \"-\" 408 -~-",
        "192.0.2.1 - - TIME garbage~-",
        "{\"ts\":1,\"request\":{\"remote_ip\":\"192.0.2.3\",\"method\":\"PUT\",\"uri\":\"/\"}}~PUT",
        "{\"ClientHost\":\"192.0.2.3\",\"RequestMethod\":\"PATCH\",\"StartUTC\":\"2015-05-17T10:05:03Z\"}~PATCH",
        "{\"msec\":\"1.0\",\"remote_addr\":\"192.0.2.3\",\"request_method\":\"POST\",\"uri\":\"/\"}~POST",
        "{\"msec\":\"1.0\",\"remote_addr\":\"192.0.2.3\",\"request\":\"HEAD / HTTP/1.1\"}~HEAD"
      })
  void readsTheMethod(String text, String method) {
    assertThat(read(text.replace("TIME", TIME)).method()).isEqualTo(method);
  }

  @Test
  void jsonTextHasTheSameBytesAsOtherFormats() {
    String name = new String("M\u00fcller".getBytes(StandardCharsets.UTF_8), ISO_8859_1);
    String json = "{\"ts\":1,\"remote_addr\":\"192.0.2.1\",\"remote_user\":\"";
    assertThat(read(json + name + "\"}").user()).isEqualTo(name);
    assertThat(read(json + "M\\u00fcller\"}").user()).isEqualTo(name);
    assertThat(read(json + "a\\nb\"}").user()).isEqualTo("a\\nb");
  }

  @Test
  void readsLongFields() {
    String path = "/" + "\\\"x".repeat(20_000);
    assertThat(read("192.0.2.1 - - " + TIME + " \"GET " + path + " HTTP/1.1\" 200").path())
        .isEqualTo(path);
    assertThat(problem("{\"a\":".repeat(10_000))).contains("not a JSON object");
  }

  @Test
  void anyBytesAreReadOrReported() {
    Random random = new Random(2);
    String valid = "192.0.2.9 - anna " + TIME + " \"GET /a HTTP/1.1\" 200 5 \"-\" \"agent\"";
    String inserted = "\"\\[] \u0000\u00ffx-";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(valid);
      for (int edits = random.nextInt(6); edits >= 0; edits--) {
        int at = random.nextInt(text.length());
        text.replace(
            at,
            Math.min(at + random.nextInt(4), text.length()),
            String.valueOf(inserted.charAt(random.nextInt(inserted.length()))));
      }
      Line line = new LogParser().read(text.substring(0, random.nextInt(text.length() + 1)));
      if (line instanceof Line.Request request) {
        assertThat(
                List.of(
                    request.ip(),
                    request.method(),
                    request.path(),
                    request.agent(),
                    request.user()))
            .doesNotContain("");
      }
    }
  }
}
