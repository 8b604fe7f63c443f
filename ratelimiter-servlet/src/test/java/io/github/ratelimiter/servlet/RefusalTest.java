package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.http.RequestKey;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("The servlet filter answers")
class RefusalTest {
  @Parameter private Container container;

  private final Limits limits = new Limits();
  private final AtomicInteger served = new AtomicInteger();

  /** An application with a page that can be asked for twice. */
  private WebApplication twice(RefusalHandler handler) {
    RateLimiter pages = limits.limiter("pages", "fixed-window 2/h");
    HttpLimiter http = HttpLimiter.builder().limit(pages, RequestKey.global()).build();
    return WebApplication.in(container)
        .filter(new RateLimitFilter(http, handler))
        .page(
            "/page",
            (request, response) -> {
              served.incrementAndGet();
              request.getInputStream().readAllBytes();
              response.getWriter().write("hello");
            });
  }

  @Test
  @DisplayName("an allowed request with the headers of its limits and the page")
  void allowed() throws Exception {
    try (WebApplication application = twice(RefusalHandler.body()).start()) {
      HttpResponse<String> response = application.get("/page");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("hello");
      assertThat(response.headers().firstValue("RateLimit-Policy"))
          .hasValue("\"pages\";q=2;w=3600");
      assertThat(response.headers().firstValue("RateLimit").orElseThrow())
          .startsWith("\"pages\";r=1;t=");
      assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    }
  }

  @Test
  @DisplayName("a refused request with 429, its headers and problem details; no servlet is called")
  void refused() throws Exception {
    try (WebApplication application = twice(RefusalHandler.body()).start()) {
      application.get("/page");
      application.get("/page");
      HttpResponse<String> response = application.get("/page");
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.headers().firstValue("RateLimit").orElseThrow())
          .startsWith("\"pages\";r=0;t=");
      assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow())
          .isBetween(1L, 3600L);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .isEqualToIgnoringCase("application/problem+json;charset=UTF-8");
      assertThat(response.body())
          .startsWith(
              "{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"")
          .contains("\"violated-policies\":[\"pages\"]");
      assertThat(served).hasValue(2);
    }
  }

  @Test
  @DisplayName("HEAD with the headers and without a body")
  void head() throws Exception {
    try (WebApplication application = twice(RefusalHandler.body()).start()) {
      for (int status : new int[] {200, 200, 429}) {
        HttpResponse<String> response =
            application.send(application.request("/page").method("HEAD", BodyPublishers.noBody()));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("RateLimit")).isPresent();
      }
    }
  }

  @Test
  @DisplayName("requests with a chunked body, which is not read if the request is refused")
  void chunked() throws Exception {
    try (WebApplication application = twice(RefusalHandler.body()).start()) {
      for (int status : new int[] {200, 200, 429, 429}) {
        HttpResponse<String> response =
            application.send(
                application
                    .request("/page")
                    .POST(
                        BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(new byte[1_000]))));
        assertThat(response.statusCode()).isEqualTo(status);
      }
      assertThat(served).hasValue(2);
    }
  }

  @Test
  @DisplayName("without committing the response, so that a filter before it can change it")
  void notCommitted() throws Exception {
    WebApplication application =
        WebApplication.in(container)
            .step(
                (request, response, chain) -> {
                  chain.doFilter(request, response);
                  response.setHeader("X-Committed", String.valueOf(response.isCommitted()));
                })
            .filter(limits.refusing());
    try (application) {
      HttpResponse<String> response = application.start().get("/page");
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.body()).contains("quota-exceeded");
      assertThat(response.headers().firstValue("X-Committed")).hasValue("false");
    }
  }

  @Test
  @DisplayName("with headers that are set before the application commits the response")
  void headersBeforeCommit() throws Exception {
    WebApplication application =
        WebApplication.in(container)
            .filter(limits.counting())
            .page(
                "/page",
                (request, response) -> {
                  response.getWriter().write("first");
                  response.flushBuffer();
                  response.getWriter().write(", second");
                });
    try (application) {
      HttpResponse<String> response = application.start().get("/page");
      assertThat(response.body()).isEqualTo("first, second");
      assertThat(response.headers().firstValue("RateLimit")).isPresent();
    }
  }

  @Test
  @DisplayName("with a body in UTF-8")
  void utf8() throws Exception {
    RefusalBody greek =
        (request, refusal) -> new RefusalBody.Content("text/plain", "όριο \uD83D\uDED1");
    HttpLimiter http =
        HttpLimiter.builder()
            .limit(limits.limiter("none", "0/h"), RequestKey.global())
            .body(greek)
            .build();
    try (WebApplication application = WebApplication.in(container).filter(http).start()) {
      HttpResponse<String> response = application.get("/page");
      assertThat(response.body()).isEqualTo("όριο \uD83D\uDED1");
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .isEqualToIgnoringCase("text/plain;charset=UTF-8");
    }
  }

  @Test
  @DisplayName("with the error page of the application, and the headers of the refusal")
  void sendError() throws Exception {
    WebApplication application =
        twice(RefusalHandler.sendError())
            .errorPage(429, "/slow-down")
            .page(
                "/slow-down",
                (request, response) ->
                    response
                        .getWriter()
                        .write(
                            "slow down: " + request.getAttribute("jakarta.servlet.error.message")));
    try (application) {
      application.start().get("/page");
      application.get("/page");
      HttpResponse<String> response = application.get("/page");
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.body()).isEqualTo("slow down: The quota is exceeded");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(response.headers().firstValue("RateLimit")).isPresent();
      assertThat(served).hasValue(2);
    }
  }

  @Test
  @DisplayName("as a handler of the application does, which gets the refusal and the body")
  void ownHandler() throws Exception {
    RefusalHandler own =
        (request, response, refusal, body) -> {
          response.setStatus(420);
          response.getWriter().write(refusal.violatedPolicies() + " " + body.contentType());
        };
    try (WebApplication application = twice(own).start()) {
      application.get("/page");
      application.get("/page");
      HttpResponse<String> response = application.get("/page");
      assertThat(response.statusCode()).isEqualTo(420);
      assertThat(response.body()).isEqualTo("[pages] application/problem+json");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  @DisplayName("an exception of the handler as one of the application")
  void handlerThrows() throws Exception {
    RefusalHandler broken =
        (request, response, refusal, body) -> {
          throw new IllegalStateException("broken");
        };
    try (WebApplication application = twice(broken).start()) {
      application.get("/page");
      application.get("/page");
      assertThat(application.get("/page").statusCode()).isEqualTo(500);
    }
  }

  @Test
  @DisplayName("with exposed headers in addition to those that the application exposes")
  void exposed() throws Exception {
    HttpLimiter http =
        HttpLimiter.builder()
            .limit(limits.everybody, RequestKey.global())
            .headers(RateLimitHeaders.draft().exposed())
            .build();
    WebApplication application =
        WebApplication.in(container)
            .step(
                (request, response, chain) -> {
                  response.addHeader("Access-Control-Expose-Headers", "X-Total");
                  chain.doFilter(request, response);
                })
            .filter(http);
    try (application) {
      assertThat(
              application.start().get("/page").headers().allValues("Access-Control-Expose-Headers"))
          .containsExactly("X-Total", "RateLimit-Policy, RateLimit, Retry-After");
    }
  }
}
