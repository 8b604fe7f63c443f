package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.DescribedRequest;
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
  private static final DescribedRequest REQUEST =
      DescribedRequest.of("GET", "/").withRemoteAddress("10.0.0.2").withUser("42");

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

    Admission admission = http.admit(REQUEST);
    assertThat(admission.allowed()).isTrue();
    assertThat(admission.headers().get("RateLimit-Policy")).startsWith("\"users\";q=100;w=60, ");
    assertThat(users.peek("user:42").remaining()).isEqualTo(99);
    assertThat(http.admit(DescribedRequest.of("GET", "/health")).decision()).isEmpty();
  }

  @Test
  void howDoIFindTheAddressBehindProxies() {
    ClientAddress address =
        ClientAddress.xForwardedFor(
            List.of(CidrBlock.parse("10.0.0.0/8"), CidrBlock.parse("2001:db8:aaaa::/48")));

    HttpRequest request = REQUEST.withHeader("X-Forwarded-For", "1.2.3.4, 198.51.100.7");
    assertThat(address.of(request).orElseThrow()).hasToString("198.51.100.7");
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
    http.admit(REQUEST).completed(new HttpResponse(503, 2_000));
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

    HttpLimiter.builder().limits(byPlan).build().admit(REQUEST.withAttribute("plan", "premium"));
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
