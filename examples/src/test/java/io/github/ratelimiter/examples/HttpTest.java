package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.HttpResponse;
import io.github.ratelimiter.http.RequestFilters;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.RequestLimits;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.servlet.RateLimitFilter;
import io.github.ratelimiter.testkit.ManualTimeSource;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HttpTest {
  private final LocalStateStore store =
      LocalStateStore.builder().timeSource(ManualTimeSource.create()).build();
  private final Set<String> apiKeys = Set.of("k1");

  /** What an adapter of a container passes on. */
  private record Request(String path, Optional<String> user) implements HttpRequest {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public Optional<String> query() {
      return Optional.empty();
    }

    @Override
    public List<String> headers(String name) {
      return name.equals("X-Forwarded-For") ? List.of("1.2.3.4, 198.51.100.7") : List.of();
    }

    @Override
    public Optional<String> remoteAddress() {
      return Optional.of("10.0.0.2");
    }

    @Override
    public Optional<Object> attribute(String name) {
      return name.equals("plan") ? Optional.of("premium") : Optional.empty();
    }
  }

  @Test
  void howDoILimitRequests() {
    RequestKey client =
        RequestKey.apiKey("X-API-Key", apiKeys::contains)
            .orElse(RequestKey.user())
            .orElse(RequestKey.address(ClientAddress.ofConnection()));
    RateLimiter users = RateLimiter.of("users", "100/min", store);
    RateLimiter everybody = RateLimiter.of("everybody", "10000/s", store);

    HttpLimiter http =
        HttpLimiter.builder()
            .limit(users, client)
            .limit(everybody, RequestKey.global())
            .skip(
                RequestFilters.method("OPTIONS")
                    .or(RequestFilters.pathPrefix("/static/", "/health")))
            .build();

    Admission admission = http.admit(new Request("/", Optional.of("42")));
    assertThat(admission.allowed()).isTrue();
    assertThat(admission.headers().get("RateLimit-Policy")).startsWith("\"users\";q=100;w=60, ");
    assertThat(users.peek("user:42").remaining()).isEqualTo(99);
    assertThat(http.admit(new Request("/health", Optional.empty())).decision()).isEmpty();
  }

  @Test
  void howDoIFindTheAddressBehindProxies() {
    ClientAddress address =
        ClientAddress.xForwardedFor(
            List.of(CidrBlock.parse("10.0.0.0/8"), CidrBlock.parse("2001:db8:aaaa::/48")));

    assertThat(address.of(new Request("/", Optional.empty())).orElseThrow())
        .hasToString("198.51.100.7");
  }

  @Test
  void howDoICountByTheResponse() {
    RateLimiter logins = RateLimiter.of("logins", "sliding-log 5/min", store);
    RateLimiter users = RateLimiter.of("users", "fixed-window 100/min", store);
    RateLimiter bytes = RateLimiter.of("bytes", "fixed-window 1000000/min", store);

    RequestLimit failedLogins =
        RequestLimit.of(logins, RequestKey.address(ClientAddress.ofConnection()))
            .settledBy(ResponseCost.onlyStatus(401));
    RequestLimit notForErrors =
        RequestLimit.of(users, RequestKey.user())
            .settledBy(ResponseCost.exceptStatus(304, 500, 503));
    RequestLimit traffic =
        RequestLimit.of(bytes, RequestKey.user())
            .permits(request -> 10_000)
            .settledBy(ResponseCost.bytes());

    HttpLimiter http =
        HttpLimiter.builder().limits(failedLogins).limits(notForErrors).limits(traffic).build();
    http.admit(new Request("/", Optional.of("42"))).completed(new HttpResponse(503, 2_000));
    assertThat(logins.peek("ip:10.0.0.2").remaining()).isEqualTo(5);
    assertThat(users.peek("user:42").remaining()).isEqualTo(100);
    assertThat(bytes.peek("user:42").remaining()).isEqualTo(998_000);
  }

  @Test
  void howDoIChooseLimitsInCode() {
    RateLimiter premium = RateLimiter.of("premium", "1000/min", store);
    RateLimiter free = RateLimiter.of("free", "10/min", store);

    RequestLimits byPlan =
        request ->
            request.attribute("plan").equals(Optional.of("premium"))
                ? RequestLimit.of(premium, RequestKey.user()).of(request)
                : RequestLimit.of(free, RequestKey.user()).of(request);

    HttpLimiter.builder().limits(byPlan).build().admit(new Request("/", Optional.of("42")));
    assertThat(premium.peek("user:42").remaining()).isEqualTo(999);
  }

  /** In an application, a listener of the context or the container's set-up calls this. */
  static void register(ServletContext servletContext, HttpLimiter http) {
    FilterRegistration.Dynamic filter =
        servletContext.addFilter("ratelimiter", new RateLimitFilter(http));
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }
}
