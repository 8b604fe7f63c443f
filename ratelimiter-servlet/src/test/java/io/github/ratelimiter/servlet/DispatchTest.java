package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestKey;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("A request counts once, with a filter for all dispatches,")
class DispatchTest {
  /** Jetty may forget a timeout that comes before the servlet returns. */
  static final long TIMEOUT = 200;

  @Parameter private Container container;

  private final Limits limits = new Limits();
  private WebApplication application;

  @BeforeEach
  void start() throws Exception {
    application =
        WebApplication.in(container)
            .filterAll(limits.counting())
            .errorPage(500, "/error")
            .errorPage(404, "/error")
            .page("/error", (request, response) -> response.getWriter().write("sorry"))
            .page("/part", (request, response) -> response.getWriter().write("part"))
            .page("/forward", (request, response) -> dispatcher(request).forward(request, response))
            .page(
                "/include",
                (request, response) -> {
                  dispatcher(request).include(request, response);
                  dispatcher(request).include(request, response);
                })
            .page(
                "/fails",
                (request, response) -> {
                  throw new IllegalStateException("broken");
                })
            .page("/async", (request, response) -> asynchronous(request, "/part"))
            .page("/again", (request, response) -> asynchronous(request, "/async"))
            .page(
                "/dispatched-at-once",
                (request, response) -> request.startAsync().dispatch("/part"))
            .page("/timeout", (request, response) -> request.startAsync().setTimeout(TIMEOUT))
            .page("/async-fails", (request, response) -> asynchronous(request, "/fails"))
            .start();
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private static RequestDispatcher dispatcher(HttpServletRequest request) {
    return request.getRequestDispatcher("/part");
  }

  private static void asynchronous(HttpServletRequest request, String path) {
    AsyncContext context = request.startAsync();
    context.start(() -> context.dispatch(path));
  }

  private void assertCountsOnce(String path, int status, String body) throws Exception {
    for (int i = 1; i <= 3; i++) {
      var response = application.get(path);
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.body()).isEqualTo(body);
      assertThat(response.headers().allValues("RateLimit")).hasSize(1);
      assertThat(limits.counted()).isEqualTo(i);
    }
  }

  @Test
  @DisplayName("that is forwarded")
  void forward() throws Exception {
    assertCountsOnce("/forward", 200, "part");
  }

  @Test
  @DisplayName("that includes another page twice")
  void include() throws Exception {
    assertCountsOnce("/include", 200, "partpart");
  }

  @Test
  @DisplayName("that fails and gets an error page")
  void error() throws Exception {
    assertCountsOnce("/fails", 500, "sorry");
    assertThat(application.get("/nowhere").body()).isEqualTo("sorry");
    assertThat(limits.counted()).isEqualTo(4);
  }

  @Test
  @DisplayName("that is asynchronous and is dispatched by another thread")
  void async() throws Exception {
    assertCountsOnce("/async", 200, "part");
  }

  @Test
  @DisplayName("that is asynchronous twice")
  void asyncAgain() throws Exception {
    assertCountsOnce("/again", 200, "part");
  }

  @Test
  @DisplayName("that is dispatched again before it returns")
  void asyncAtOnce() throws Exception {
    assertCountsOnce("/dispatched-at-once", 200, "part");
  }

  @Test
  @DisplayName("that is asynchronous and times out")
  void timeout() throws Exception {
    assertCountsOnce("/timeout", 500, "sorry");
  }

  @Test
  @DisplayName("that is asynchronous and fails after that")
  void asyncFails() throws Exception {
    assertCountsOnce("/async-fails", 500, "sorry");
  }

  /** Another application, with filters of its own. */
  @Test
  @DisplayName("by each of two filters")
  void twoFilters() throws Exception {
    RateLimiter pages = limits.limiter("pages", "fixed-window 2/h");
    HttpLimiter second = HttpLimiter.builder().limit(pages, RequestKey.global()).build();
    WebApplication two =
        WebApplication.in(container)
            .filterAll(limits.counting())
            .filterAll(second)
            .page("/part", (request, response) -> response.getWriter().write("part"))
            .page(
                "/forward", (request, response) -> dispatcher(request).forward(request, response));
    try (two) {
      two.start();
      for (int status : new int[] {200, 200, 429}) {
        assertThat(two.get("/forward").statusCode()).isEqualTo(status);
      }
      assertThat(limits.counted()).isEqualTo(3);
      assertThat(pages.peek("global").remaining()).isZero();
    }
  }

  @Test
  @DisplayName("if the filter sees it only when it is forwarded")
  void onlyForward() throws Exception {
    RateLimitFilter refusing = new RateLimitFilter(limits.refusing());
    WebApplication forwarding =
        WebApplication.in(container)
            .filter(refusing, "/part", EnumSet.allOf(DispatcherType.class))
            .page("/part", (request, response) -> response.getWriter().write("part"))
            .page("/forward", (request, response) -> dispatcher(request).forward(request, response))
            .page("/include", (request, response) -> dispatcher(request).include(request, response))
            .page("/async", (request, response) -> asynchronous(request, "/part"));
    try (forwarding) {
      forwarding.start();
      assertThat(forwarding.get("/forward").statusCode()).isEqualTo(429);
      assertThat(forwarding.get("/async").statusCode()).isEqualTo(429);
      assertThat(forwarding.get("/include").body()).as("cannot be refused").isEqualTo("part");
    }
  }

  @Test
  @DisplayName("but not in an error dispatch only: error pages are never refused")
  void onlyError() throws Exception {
    RateLimitFilter refusing = new RateLimitFilter(limits.refusing());
    WebApplication failing =
        WebApplication.in(container)
            .filter(refusing, "/error", EnumSet.allOf(DispatcherType.class))
            .errorPage(404, "/error")
            .page("/error", (request, response) -> response.getWriter().write("sorry"));
    try (failing) {
      assertThat(failing.start().get("/nowhere").body()).isEqualTo("sorry");
    }
  }

  @Test
  @DisplayName("that is refused and forwarded by the handler to a page of the application")
  void refusedForward() throws Exception {
    RefusalHandler forwarding =
        (request, response, refusal, body) -> {
          response.setStatus(refusal.type().status());
          request.getRequestDispatcher("/part").forward(request, response);
        };
    RateLimitFilter filter = new RateLimitFilter(limits.refusing(), forwarding);
    WebApplication refusing =
        WebApplication.in(container)
            .filter(filter, "/*", EnumSet.allOf(DispatcherType.class))
            .page("/part", (request, response) -> response.getWriter().write("part"));
    try (refusing) {
      var response = refusing.start().get("/nowhere");
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.body()).isEqualTo("part");
    }
  }
}
