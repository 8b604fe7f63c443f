package io.github.ratelimiter.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.servers.RedisProcess;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two services that share a Redis, and pass on the trace of a request as W3C has it. */
class TwoServicesTest {
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<HttpExchange> HEADERS =
      (exchange, name) -> exchange.getRequestHeaders().getFirst(name);

  /** A service asks its limiter, then the next service, and reports what failed. */
  private static final class Service implements AutoCloseable {
    final Traces traces = new Traces();
    private final RedisStateStore redis;
    private final RateLimiter limiter;
    private final HttpServer http;
    private final URI next;

    Service(RedisProcess server, URI next) throws IOException {
      this.next = next;
      redis = RedisStateStore.builder(server.uri()).build();
      limiter = RateLimiter.of("requests", "100/s", redis);
      RateLimiterTracing.of(traces.openTelemetry()).observe(limiter);
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext("/", this::handle);
      http.start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
    }

    private void handle(HttpExchange exchange) throws IOException {
      Context caller = W3C.extract(Context.root(), exchange, HEADERS);
      try {
        int status = caller.wrap(() -> traces.inSpan("GET /", this::serve)).call();
        exchange.sendResponseHeaders(status, -1);
      } catch (Exception e) {
        exchange.sendResponseHeaders(500, -1);
      } finally {
        exchange.close();
      }
    }

    private int serve() throws Exception {
      int status = 200;
      try {
        status = limiter.tryAcquire("user:42").allowed() ? 200 : 429;
      } catch (StoreException e) {
        status = 503;
      }
      if (next != null) {
        get(next);
      }
      return status;
    }

    @Override
    public void close() {
      http.stop(0);
      redis.close();
    }
  }

  private static int get(URI uri) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    W3C.inject(Context.current(), request, HttpRequest.Builder::setHeader);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static SpanData error(Service service) {
    List<SpanData> errors =
        service.traces.ended().stream()
            .filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
            .toList();
    assertThat(errors).hasSize(1);
    return errors.get(0);
  }

  @Test
  @DisplayName("an outage is found in both services under one trace ID")
  void oneTraceId() throws Exception {
    try (RedisProcess server = RedisProcess.start();
        Service second = new Service(server, null);
        Service first = new Service(server, second.uri())) {
      await("both are connected").until(() -> get(first.uri()) == 200 && get(second.uri()) == 200);
      first.traces.clear();
      second.traces.clear();
      server.kill();
      assertThat(get(first.uri())).isEqualTo(503);
      SpanData ofFirst = error(first);
      SpanData ofSecond = error(second);
      assertThat(ofFirst.getName()).isEqualTo("ratelimiter.acquire");
      assertThat(ofSecond.getName()).isEqualTo("ratelimiter.acquire");
      assertThat(ofFirst.getTraceId())
          .isEqualTo(ofSecond.getTraceId())
          .isEqualTo(first.traces.one("GET /").getTraceId());
      assertThat(ofSecond.getParentSpanId()).isEqualTo(second.traces.one("GET /").getSpanId());
      assertThat(second.traces.one("GET /").getParentSpanContext().isRemote()).isTrue();
      assertThat(List.of(ofFirst, ofSecond))
          .allSatisfy(
              span ->
                  assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                      .startsWith("io.github.ratelimiter.Store"));
    }
  }
}
