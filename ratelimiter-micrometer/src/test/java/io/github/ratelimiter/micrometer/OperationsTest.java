package io.github.ratelimiter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.cache.AdmissionCache;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.servers.RedisProcess;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/operations} has for Prometheus and Grafana works with the real programs. */
@DisplayName("The alerts and the dashboard")
class OperationsTest {
  private static final Path OPERATIONS = Path.of("../docs/operations");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Expressions of panels, which Grafana would complete. */
  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern METRIC =
      Pattern.compile("\\b((?:rate_limiter|redis_operation)_[a-z_]+)");

  private final HttpClient http = HttpClient.newHttpClient();

  private static void assumeInstalled(String program) {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", program)),
        program + " is not installed (Debian: apt-get install prometheus)");
  }

  @Test
  @DisplayName("each alert has a case in which it fires and one in which it does not")
  void alerts() throws IOException, InterruptedException {
    String rules = Files.readString(OPERATIONS.resolve("prometheus/alerts.yml"));
    String tests = Files.readString(OPERATIONS.resolve("prometheus/alerts_test.yml"));
    String runbook = Files.readString(OPERATIONS.resolve("alerts.md"));
    List<String> alerts = all(Pattern.compile("alert: (\\w+)"), rules);
    assertThat(alerts).hasSize(7);
    for (String alert : alerts) {
      List<String> cases = all(Pattern.compile(alert + "\\s+exp_alerts:(.*)"), tests);
      assertThat(cases).as(alert).contains(" []").contains("");
      assertThat(runbook).contains("## " + alert);
      assertThat(rules).contains("alerts.md#" + alert.toLowerCase(java.util.Locale.ROOT) + "\n");
    }
    assumeInstalled("promtool");
    Process promtool =
        new ProcessBuilder("/usr/bin/promtool", "test", "rules", "alerts_test.yml")
            .directory(OPERATIONS.resolve("prometheus").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(output).isZero();
  }

  @Test
  @DisplayName("name only metrics that the page on metrics lists")
  void metrics() throws IOException {
    String page = Files.readString(OPERATIONS.resolve("metrics.md"));
    List<String> used = new ArrayList<>(all(METRIC, String.join("\n", queries())));
    used.addAll(all(METRIC, Files.readString(OPERATIONS.resolve("prometheus/alerts.yml"))));
    assertThat(used)
        .isNotEmpty()
        .allSatisfy(
            metric ->
                assertThat(page).contains("`" + metric.replaceAll("_(bucket|sum|count)$", "")));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(result -> result.group(1)).distinct().toList();
  }

  private static List<String> queries() throws IOException {
    Matcher matcher =
        EXPRESSION.matcher(Files.readString(OPERATIONS.resolve("grafana/dashboard.json")));
    return matcher
        .results()
        .map(result -> result.group(1).replace("\\\"", "\""))
        .map(query -> query.replaceAll("\\$__(rate_interval|range)", "1m"))
        .map(query -> query.replaceAll("\\$(policy|instance)", ".*"))
        .toList();
  }

  @Test
  @DisplayName("each query of the dashboard returns series of a running application")
  void dashboard(@TempDir Path folder) throws Exception {
    List<String> queries = queries();
    assertThat(queries).hasSizeGreaterThan(20);
    assumeInstalled("prometheus");
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpServer page = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    page.createContext(
        "/metrics",
        exchange -> {
          byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    page.start();
    int port = RedisProcess.freePort();
    Process prometheus = prometheus(folder, page.getAddress().getPort(), port);
    try (TestApplication application = new TestApplication(registry)) {
      List<String> missing = new ArrayList<>(queries);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () -> {
                application.work();
                missing.removeIf(query -> returnsSeries(port, query));
                assertThat(missing).isEmpty();
              });
      assertThat(queries).allMatch(query -> returnsSeries(port, query));
    } finally {
      prometheus.destroy();
      prometheus.waitFor();
      page.stop(0);
      registry.close();
    }
  }

  private static Process prometheus(Path folder, int target, int port) throws IOException {
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 1s
        scrape_configs:
          - job_name: application
            static_configs:
              - targets: ["127.0.0.1:%d"]
        """
            .formatted(target));
    return new ProcessBuilder(
            "/usr/bin/prometheus",
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  private boolean returnsSeries(int port, String query) {
    String parameter = URLEncoder.encode(query, StandardCharsets.UTF_8);
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query=" + parameter);
    try {
      String answer =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return answer.contains("\"status\":\"success\"") && !answer.contains("\"result\":[]");
    } catch (IOException e) {
      return false; // It has not started yet.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An application with one limiter on Redis, with all wrappers, and one in the process. */
  private static final class TestApplication implements AutoCloseable {
    private final RedisProcess server = RedisProcess.start();
    private final RedisStateStore redis = RedisStateStore.builder(server.uri()).build();
    private final RateLimiter api;
    private final RateLimiter bare;
    private final RateLimiter login;
    private int rounds;

    TestApplication(PrometheusMeterRegistry registry) {
      api =
          RateLimiter.builder()
              .policy("api", "2000/s")
              .store(redis)
              .wrap(inner -> Fallback.around(inner).instance(0, 1).window(5, 2).build())
              .wrap(AdmissionCache::of)
              .build();
      bare = RateLimiter.of("bare", "100/s", redis);
      login = RateLimiter.of("login", "5/min", LocalStateStore.builder().maximumKeys(50).build());
      Stream.of(api, bare, login)
          .map(limiter -> RateLimiterMetrics.builder(limiter).usageOf("api").tags(Tags.empty()))
          .forEach(metrics -> metrics.build().bindTo(registry));
    }

    /** Some requests of each kind. In between, the server is gone and comes back. */
    void work() {
      rounds++;
      if (rounds % 8 == 4) {
        server.kill();
      } else if (rounds % 8 == 6) {
        server.startAgain();
      }
      for (int i = 0; i < 100; i++) {
        api.tryAcquire("hot", 1 + i % 40);
        login.tryAcquire("user:" + rounds * i);
        login.tryAcquire("busy");
        try {
          bare.tryAcquire("key" + i % 3);
        } catch (StoreException e) {
          // The dashboard shows it.
        }
      }
    }

    @Override
    public void close() {
      api.close();
      redis.close();
      server.close();
    }
  }
}
