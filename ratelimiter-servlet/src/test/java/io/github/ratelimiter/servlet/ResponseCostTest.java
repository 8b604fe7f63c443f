package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.ResponseCost;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("The status of a response decides what a request costs")
class ResponseCostTest {
  @Parameter private Container container;

  private final Limits limits = new Limits();

  /** The statuses that the limiter was told, one for each request. */
  private final ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();

  private WebApplication free(int... free) {
    ResponseCost cost = ResponseCost.exceptStatus(free);
    return WebApplication.in(container)
        .filterAll(
            limits.settledBy(
                1,
                (reserved, response) -> {
                  statuses.add(response.status());
                  return cost.permits(reserved, response);
                }));
  }

  private static void status(HttpServletRequest request, HttpServletResponse response) {
    response.setStatus(Integer.parseInt(request.getParameter("status")));
  }

  @Test
  @DisplayName("of 304 and 5xx, set or sent as an error: nothing")
  void refund() throws Exception {
    WebApplication application =
        free(304, 500, 503)
            .page("/set", ResponseCostTest::status)
            .page(
                "/sent",
                (request, response) ->
                    response.sendError(Integer.parseInt(request.getParameter("status"))));
    try (application) {
      application.start();
      for (String status : List.of("304", "200", "500", "404", "503")) {
        application.get("/set?status=" + status);
        application.get("/sent?status=" + status);
      }
      limits.awaitCounted(4);
      assertThat(statuses).containsExactly(304, 304, 200, 200, 500, 500, 404, 404, 503, 503);
    }
  }

  @Test
  @DisplayName("of a servlet that throws: what 500 costs")
  void exceptions() throws Exception {
    WebApplication application =
        free(500)
            .page(
                "/runtime",
                (request, response) -> {
                  throw new IllegalStateException("broken");
                })
            .page(
                "/io",
                (request, response) -> {
                  throw new IOException("broken");
                })
            .page(
                "/servlet",
                (request, response) -> {
                  throw new ServletException("broken");
                })
            .page(
                "/error",
                (request, response) -> {
                  throw new AssertionError("broken");
                });
    try (application) {
      application.start();
      for (String path : List.of("/runtime", "/io", "/servlet", "/error")) {
        assertThat(application.get(path).statusCode()).isEqualTo(500);
      }
      limits.awaitCounted(0);
      assertThat(statuses).containsExactly(500, 500, 500, 500);
    }
  }

  @Test
  @DisplayName("that was committed before the servlet failed: what the committed status costs")
  void failsAfterCommit() throws Exception {
    WebApplication application =
        free(500)
            .page(
                "/half",
                (request, response) -> {
                  response.getWriter().write("half");
                  response.flushBuffer();
                  throw new IllegalStateException("broken");
                });
    try (application) {
      application.start();
      try {
        application.get("/half");
      } catch (IOException e) {
        assertThat(e).as("the container ends the connection").isNotNull();
      }
      limits.awaitCounted(1);
      assertThat(statuses).containsExactly(200);
    }
  }

  @Test
  @DisplayName("of an asynchronous request, known when it is complete")
  void asynchronous() throws Exception {
    WebApplication application =
        free(304, 500, 503)
            .page("/set", ResponseCostTest::status)
            .page(
                "/fails",
                (request, response) -> {
                  throw new IllegalStateException("broken");
                })
            .page(
                "/complete",
                (request, response) -> {
                  AsyncContext context = request.startAsync();
                  context.start(
                      () -> {
                        status(request, response);
                        context.complete();
                      });
                })
            .page(
                "/dispatch",
                (request, response) -> {
                  AsyncContext context = request.startAsync(request, response);
                  context.start(() -> context.dispatch("/set"));
                })
            .page("/at-once", (request, response) -> request.startAsync().dispatch("/set"))
            .page("/async-fails", (request, response) -> request.startAsync().dispatch("/fails"))
            .page(
                "/started-fails",
                (request, response) -> {
                  request.startAsync();
                  throw new IllegalStateException("broken");
                });
    try (application) {
      application.start();
      for (String path : List.of("/complete", "/dispatch", "/at-once")) {
        assertThat(application.get(path + "?status=503").statusCode()).isEqualTo(503);
        assertThat(application.get(path + "?status=200").statusCode()).isEqualTo(200);
      }
      limits.awaitCounted(3);
      assertThat(application.get("/async-fails").statusCode()).isEqualTo(500);
      assertThat(application.get("/started-fails").statusCode()).isEqualTo(500);
      limits.awaitCounted(3);
      assertThat(statuses).containsExactlyInAnyOrder(503, 200, 503, 200, 503, 200, 500, 500);
    }
  }

  @Test
  @DisplayName("of an asynchronous request that times out: what the container or a listener sets")
  void timeout() throws Exception {
    WebApplication application =
        free(500)
            .page(
                "/container",
                (request, response) -> request.startAsync().setTimeout(DispatchTest.TIMEOUT))
            .page(
                "/listener",
                (request, response) -> {
                  AsyncContext context = request.startAsync();
                  context.setTimeout(DispatchTest.TIMEOUT);
                  context.addListener(new Accepting());
                });
    try (application) {
      application.start();
      assertThat(application.get("/container").statusCode()).isEqualTo(500);
      limits.awaitCounted(0);
      assertThat(application.get("/listener").statusCode()).isEqualTo(202);
      limits.awaitCounted(1);
      assertThat(statuses).containsExactly(500, 202);
    }
  }

  /** Answers a request that times out. */
  private static final class Accepting implements AsyncListener {
    @Override
    public void onTimeout(AsyncEvent event) {
      ((HttpServletResponse) event.getAsyncContext().getResponse()).setStatus(202);
      event.getAsyncContext().complete();
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }

  @Test
  @DisplayName("of failed logins only: as many of them are possible at the same time as in all")
  void concurrentLogins() throws Exception {
    RateLimiter logins = limits.limiter("logins", "fixed-window 5/h");
    HttpLimiter http =
        HttpLimiter.builder()
            .limits(
                RequestLimit.of(logins, RequestKey.global())
                    .settledBy(ResponseCost.onlyStatus(401)))
            .build();
    CountDownLatch answers = new CountDownLatch(1);
    CountDownLatch arrived = new CountDownLatch(5);
    WebApplication application =
        WebApplication.in(container)
            .filter(http)
            .page(
                "/login",
                (request, response) -> {
                  arrived.countDown();
                  await(answers);
                  status(request, response);
                });
    ExecutorService clients = Executors.newFixedThreadPool(5);
    try (application) {
      application.start();
      List<Future<HttpResponse<String>>> attempts = new ArrayList<>();
      for (int status : new int[] {200, 401, 200, 401, 200}) {
        attempts.add(clients.submit(() -> application.get("/login?status=" + status)));
      }
      await(arrived);
      assertThat(application.get("/login?status=401").statusCode()).as("a sixth").isEqualTo(429);
      answers.countDown();
      for (Future<HttpResponse<String>> attempt : attempts) {
        assertThat(attempt.get().statusCode()).isNotEqualTo(429);
      }
      Awaitility.await().until(() -> logins.peek("global").remaining() == 3);
      for (int status : new int[] {200, 401, 401, 200, 401, 429, 429}) {
        assertThat(application.get("/login?status=" + status).statusCode()).isEqualTo(status);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
