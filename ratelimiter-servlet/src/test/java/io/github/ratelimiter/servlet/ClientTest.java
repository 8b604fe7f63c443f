package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestFilters;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.net.CidrBlock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("The servlet filter counts")
class ClientTest {
  @Parameter private Container container;

  private final Limits limits = new Limits();
  private final RateLimiter clients = limits.limiter("clients", "fixed-window 100/h");

  private WebApplication by(RequestKey key) {
    return WebApplication.in(container)
        .filter(HttpLimiter.builder().limit(clients, key).build())
        .page("/api/*", (request, response) -> response.getWriter().write("api"));
  }

  private long counted(String key) {
    return 100 - clients.peek(key).remaining();
  }

  @Test
  @DisplayName("the user that a filter before it has authenticated")
  void user() throws Exception {
    RateLimitFilter filter =
        new RateLimitFilter(HttpLimiter.builder().limit(clients, RequestKey.user()).build());
    WebApplication application =
        WebApplication.in(container)
            .step(
                (request, response, chain) ->
                    chain.doFilter(
                        new Authenticated(request, request.getHeader("X-User")), response))
            .filter(filter);
    try (application) {
      application.start();
      application.send(application.request("/api/x").header("X-User", "42"));
      application.send(application.request("/api/x").header("X-User", "42"));
      application.send(application.request("/api/x").header("X-User", "43"));
      assertThat(counted("user:42")).isEqualTo(2);
      assertThat(counted("user:43")).isEqualTo(1);
    }
  }

  private static final class Authenticated extends HttpServletRequestWrapper {
    private final String name;

    Authenticated(HttpServletRequest request, String name) {
      super(request);
      this.name = name;
    }

    @Override
    public Principal getUserPrincipal() {
      return () -> name;
    }
  }

  @Test
  @DisplayName("the path within the application, decoded and without parameters")
  void endpoint() throws Exception {
    try (WebApplication application = by(RequestKey.endpoint()).start()) {
      application.get("/api/a%20b");
      application.get("/api/a%20b?c=d");
      application.get("/api;v=1/./x/../a%20b");
      assertThat(counted("endpoint:/api/a b")).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("the address that a trusted proxy has written, whatever stands to its left")
  void trustedProxy() throws Exception {
    ClientAddress address = ClientAddress.xForwardedFor(List.of(CidrBlock.parse("127.0.0.0/8")));
    try (WebApplication application = by(RequestKey.address(address)).start()) {
      for (String header :
          List.of("198.51.100.7", "1.2.3.4, 198.51.100.7", "::1,198.51.100.7:80")) {
        application.send(application.request("/api/x").header("X-Forwarded-For", header));
      }
      application.send(
          application
              .request("/api/x")
              .header("X-Forwarded-For", "1.2.3.4")
              .header("X-Forwarded-For", "198.51.100.7"));
      assertThat(counted("ip:198.51.100.7")).isEqualTo(4);
    }
  }

  @Test
  @DisplayName("the address of the connection if it is no trusted proxy")
  void spoofed() throws Exception {
    ClientAddress address = ClientAddress.xForwardedFor(List.of(CidrBlock.parse("10.0.0.0/8")));
    try (WebApplication application = by(RequestKey.address(address)).start()) {
      for (String header : List.of("198.51.100.7", "10.0.0.1", "1.2.3.4, 10.0.0.2")) {
        application.send(application.request("/api/x").header("X-Forwarded-For", header));
      }
      assertThat(counted("ip:127.0.0.1")).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("the network of an IPv6 address, which Jetty writes with brackets")
  void ipv6() throws Exception {
    assumeThat(hasIpv6()).as("IPv6 is available").isTrue();
    WebApplication application = by(RequestKey.address(ClientAddress.ofConnection())).host("::1");
    try (application) {
      application.start().get("/api/x");
      assertThat(counted("ip:::/64")).isEqualTo(1);
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @DisplayName("no requests that it skips, but all others, however their path is spelled")
  void skips() throws Exception {
    AtomicInteger api = new AtomicInteger();
    HttpLimiter http =
        HttpLimiter.builder()
            .limit(limits.everybody, RequestKey.global())
            .skip(
                RequestFilters.method("OPTIONS")
                    .or(RequestFilters.pathPrefix("/static/", "/health")))
            .build();
    WebApplication application =
        WebApplication.in(container)
            .filter(http)
            .page("/static/*", (request, response) -> response.getWriter().write("static"))
            .page("/health", (request, response) -> response.getWriter().write("UP"))
            .page("/api/*", (request, response) -> api.incrementAndGet());
    try (application) {
      application.start();
      assertThat(application.get("/static/logo.png").body()).isEqualTo("static");
      assertThat(application.get("/health").body()).isEqualTo("UP");
      application.send(application.request("/api/x").method("OPTIONS", BodyPublishers.noBody()));
      assertThat(limits.counted()).isZero();
      api.set(0);
      for (String path :
          List.of(
              "/static/../api/x",
              "/static/%2e%2e/api/x",
              "/static/%2E./api/x",
              "/static/..;x/api/x",
              "/static/..;/api/x",
              "/static;/../api/x",
              "/static/x/..%2f..%2fapi/x",
              "/static/..%2fapi/x",
              "/static%2f../api/x",
              "/static/%252e%252e/api/x",
              "/api/..%2fstatic/x",
              "/api/%2e%2e%2fstatic/x",
              "/api/;/static/",
              "/api//static/",
              "//api/x",
              "/health/../api/x",
              "/health;/../api/x")) {
        application.get(path);
        assertThat(limits.counted()).as(path).isGreaterThanOrEqualTo(api.get());
      }
      assertThat(api).as("spellings that reach the API").hasValueGreaterThan(5);
    }
  }
}
