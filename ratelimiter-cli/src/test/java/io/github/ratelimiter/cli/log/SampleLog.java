package io.github.ratelimiter.cli.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Generates the sample log: one hour of a small web shop with ordinary visitors, a monitor, a
 * crawler that is slightly too fast, a script that sends its requests in a burst, and a client that
 * guesses passwords. All addresses are from ranges reserved for documentation.
 *
 * <p>To write the file again, run it with the path of {@code sample.log}.
 */
final class SampleLog {
  private static final long BEGIN = Instant.parse("2026-03-02T09:00:00Z").getEpochSecond();
  private static final int HOUR = 3_600;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss xx", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String FIREFOX =
      "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  private static final String CHROME =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/133.0.0.0 Safari/537.36";
  private static final String SAFARI =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15"
          + " (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1";
  private static final String[] BROWSERS = {FIREFOX, CHROME, SAFARI};
  private static final String[] VISITORS = {
    "192.0.2.14",
    "192.0.2.31",
    "192.0.2.107",
    "192.0.2.188",
    "198.51.100.5",
    "198.51.100.42",
    "198.51.100.211",
    "203.0.113.19",
    "203.0.113.77",
    "203.0.113.140",
    "2001:db8:12::7",
    "2001:db8:40:1::c3",
    "2001:db8:9f::21"
  };
  private static final String[] PAGES = {
    "/",
    "/products",
    "/products?page=2",
    "/products/42",
    "/products/57",
    "/search?q=lamp",
    "/search?q=desk+lamp",
    "/cart",
    "/about",
    "/help/shipping"
  };
  private static final String[] ASSETS = {
    "/assets/site.css", "/assets/site.js", "/images/logo.svg", "/favicon.ico"
  };

  private final Random random = new Random(20_260_302);
  private final List<Line> lines = new ArrayList<>();

  private SampleLog() {}

  private record Line(double writtenAt, String text) {}

  /** Writes the file. */
  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), text(), StandardCharsets.US_ASCII);
  }

  /** Returns the log. */
  static String text() {
    SampleLog log = new SampleLog();
    for (int i = 0; i < VISITORS.length; i++) {
      log.addVisitor(VISITORS[i], BROWSERS[i % BROWSERS.length]);
    }
    log.addMonitor();
    log.addCrawler();
    log.addScript();
    log.addPasswordGuesser();
    log.addUnusualLines();
    log.lines.sort(Comparator.comparingDouble(Line::writtenAt));
    return String.join("\n", log.lines.stream().map(Line::text).toList()) + "\n";
  }

  /** Adds a visitor, who loads a page and its assets, pauses, and goes to the next page. */
  private void addVisitor(String ip, String agent) {
    int pages = 3 + random.nextInt(5);
    double at = random.nextInt(HOUR - 900);
    String user = random.nextInt(4) == 0 ? "user" + random.nextInt(100) : "-";
    String referer = "-";
    for (int i = 0; i < pages; i++) {
      String page = PAGES[random.nextInt(PAGES.length)];
      request(at, ip, user, "GET " + page, 200, 4_000 + random.nextInt(20_000), referer, agent);
      referer = "https://shop.example" + page;
      for (String asset : ASSETS) {
        if (i == 0 || random.nextInt(4) == 0) {
          double loaded = at + 0.2 + random.nextDouble() * 2;
          int bytes = i == 0 ? 900 + random.nextInt(60_000) : 0;
          request(loaded, ip, user, "GET " + asset, i == 0 ? 200 : 304, bytes, referer, agent);
        }
      }
      at += 15 + random.nextInt(100);
    }
  }

  private void addMonitor() {
    for (int at = 12; at < HOUR; at += 60) {
      request(at, "2001:db8::10", "-", "GET /health", 200, 2, "-", "Uptime/1.4");
    }
  }

  /** Adds about 36 requests per minute for six minutes. */
  private void addCrawler() {
    String agent = "ExampleBot/2.1 (+https://bot.example/about)";
    double at = 480;
    for (int i = 1; i <= 215; i++) {
      request(at, "198.51.100.73", "-", "GET /products/" + i, 200, 8_000 + i * 7, "-", agent);
      at += 1.2 + random.nextDouble();
    }
  }

  /** Adds 70 requests in ten seconds. */
  private void addScript() {
    for (int i = 1; i <= 70; i++) {
      String request = "GET /api/orders/" + (5_000 + i);
      request(1_335 + i / 7.0, "203.0.113.50", "reports", request, 200, 640, "-", "curl/8.5.0");
    }
  }

  /** Adds about one password per second for two minutes. */
  private void addPasswordGuesser() {
    double at = 2_430;
    for (int i = 0; i < 130; i++) {
      request(at, "192.0.2.66", "-", "POST /login", 401, 312, "-", "python-requests/2.32.3");
      at += 0.6 + random.nextDouble() * 0.7;
    }
  }

  private void addUnusualLines() {
    String quoting = "Reader \\\"Nightly\\\" 0.9";
    request(300, "203.0.113.19", "anna lee", "GET /feed.xml", 200, 5_120, "-", quoting);
    // A download is logged at its end, with the time of its beginning.
    for (int i = 0; i < 6; i++) {
      double begin = 400 + i * 520;
      String line =
          line(
              begin, "198.51.100.42", "-", "GET /files/catalogue.pdf", 200, 9_120_000, "-", CHROME);
      lines.add(new Line(begin + 25 + random.nextInt(30), line));
    }
    String timedOut = line(1_802, "203.0.113.201", "-", "", 408, 0, "-", "-");
    lines.add(new Line(1_822, timedOut.replace("\" HTTP/1.1\"", "\"-\"")));
    lines.add(new Line(1_950, "AH00170: caught SIGWINCH, shutting down gracefully"));
    lines.add(new Line(3_204, "198.51.100.5 - - [02/Mar/2026:09:5"));
  }

  private void request(
      double at,
      String ip,
      String user,
      String request,
      int status,
      int bytes,
      String referer,
      String agent) {
    if (at < HOUR) {
      lines.add(new Line(at, line(at, ip, user, request, status, bytes, referer, agent)));
    }
  }

  private static String line(
      double at,
      String ip,
      String user,
      String request,
      int status,
      int bytes,
      String referer,
      String agent) {
    String time = TIME.format(Instant.ofEpochSecond(BEGIN + (long) at));
    String size = bytes == 0 ? "-" : String.valueOf(bytes);
    return String.format(
        Locale.ROOT,
        "%s - %s [%s] \"%s HTTP/1.1\" %d %s \"%s\" \"%s\"",
        ip,
        user,
        time,
        request,
        status,
        size,
        referer,
        agent);
  }
}
