package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.http.FailureMode;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpLimiterBuilder;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.store.StateStore;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("A request is not broken by its limiter")
class FailureTest {
  private static final StateStore DOWN =
      (request, deadline) ->
          CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null));

  @Parameter private Container container;

  private final Limits limits = new Limits();
  private final RateLimiter failing =
      RateLimiter.builder().policy("failing", "100/h").store(DOWN).build();

  private static <T> T broken() {
    throw new IllegalStateException("broken");
  }

  private HttpResponse<String> answer(HttpLimiterBuilder http) throws Exception {
    WebApplication application =
        WebApplication.in(container)
            .filter(http.build())
            .page("/page", (request, response) -> response.getWriter().write("hello"));
    try (application) {
      return application.start().get("/page");
    }
  }

  private void assertPage(HttpLimiterBuilder http) throws Exception {
    HttpResponse<String> response = answer(http);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello");
  }

  @Test
  @DisplayName("if the store is down, unless such requests are to be refused")
  void storeIsDown() throws Exception {
    assertPage(HttpLimiter.builder().limit(failing, RequestKey.global()));
    assertPage(
        HttpLimiter.builder()
            .limits(RequestLimit.of(failing, RequestKey.global()).settledBy(ResponseCost.bytes())));
    HttpResponse<String> refused =
        answer(
            HttpLimiter.builder()
                .limit(failing, RequestKey.global())
                .failureMode(FailureMode.REFUSE));
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("temporary-reduced-capacity");
  }

  @Test
  @DisplayName("if code that chooses keys, costs and headers throws, unless such are to be refused")
  void applicationFails() throws Exception {
    assertPage(HttpLimiter.builder().limit(limits.everybody, request -> broken()));
    assertPage(
        HttpLimiter.builder()
            .limits(
                RequestLimit.of(limits.everybody, RequestKey.global())
                    .settledBy((reserved, response) -> broken())));
    assertPage(
        HttpLimiter.builder()
            .limit(limits.everybody, RequestKey.global())
            .headers((decision, now) -> broken()));
    HttpResponse<String> refused =
        answer(
            HttpLimiter.builder()
                .limit(limits.everybody, request -> broken())
                .failureMode(FailureMode.REFUSE));
    assertThat(refused.statusCode()).isEqualTo(503);
  }

  @Test
  @DisplayName("and is answered with problem details if the body of the refusal fails")
  void bodyFails() throws Exception {
    HttpResponse<String> refused =
        answer(
            HttpLimiter.builder()
                .limit(limits.limiter("none", "0/h"), RequestKey.global())
                .body((request, refusal) -> broken()));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("quota-exceeded");
  }

  /** A response without an end, so that the client can leave in the middle of it. */
  private static void writeEndlessly(ServletOutputStream out) throws IOException {
    byte[] chunk = new byte[100_000];
    while (true) {
      out.write(chunk);
      out.flush();
    }
  }

  private void writeUntilFailure(AsyncContext context) {
    try {
      writeEndlessly(context.getResponse().getOutputStream());
    } catch (IOException e) {
      if (container == Container.JETTY) {
        context.complete(); // Tomcat has completed the request.
      }
    }
  }

  private void leave(WebApplication application, String request, boolean readSome)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      if (readSome) {
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    }
  }

  @Test
  @DisplayName("and gives nothing back for an answer in the middle of which the client leaves")
  void clientLeaves() throws Exception {
    ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();
    HttpLimiter http =
        limits.settledBy(
            1,
            (reserved, response) -> {
              statuses.add(response.status());
              return response.status() == 500 ? 0 : 1;
            });
    WebApplication application =
        WebApplication.in(container)
            .filter(http)
            .page("/endless", (request, response) -> writeEndlessly(response.getOutputStream()))
            .page(
                "/async",
                (request, response) -> {
                  AsyncContext context = request.startAsync();
                  // Not context.start: Tomcat's wrapper fails if the request ends before its task.
                  new Thread(() -> writeUntilFailure(context)).start();
                })
            .page("/upload", (request, response) -> request.getInputStream().readAllBytes());
    try (application) {
      application.start();
      String upload = "POST /shop/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc";
      leave(application, upload, false);
      Awaitility.await().until(() -> statuses.size() == 1);
      statuses.clear();
      long counted = limits.counted();
      leave(application, "GET /shop/endless HTTP/1.1\r\nHost: a\r\n\r\n", true);
      Awaitility.await().until(() -> statuses.size() == 1);
      leave(application, "GET /shop/async HTTP/1.1\r\nHost: a\r\n\r\n", true);
      Awaitility.await().until(() -> statuses.size() == 2);
      assertThat(statuses).containsExactly(200, 200);
      assertThat(limits.counted()).isEqualTo(counted + 2);
      assertThat(application.get("/upload").statusCode()).isEqualTo(200);
    }
  }
}
