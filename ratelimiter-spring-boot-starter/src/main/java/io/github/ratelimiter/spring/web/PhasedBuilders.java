package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpLimiterBuilder;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.http.RequestFilters;
import io.github.ratelimiter.spring.HttpLimiterCustomizer;
import io.github.ratelimiter.spring.RateLimiterProperties.Skip;
import io.github.ratelimiter.spring.RateLimiterProperties.Web;
import io.github.ratelimiter.spring.RequestPhase;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds the limiters of the phases: of two with Spring Security, otherwise of one. */
final class PhasedBuilders {
  private final @Nullable HttpLimiterBuilder before;
  private final HttpLimiterBuilder after;

  PhasedBuilders(Web web, RateLimitHeaders headers, RefusalBody body, boolean withSecurity) {
    before = withSecurity ? builder(web, headers, body) : null;
    after = builder(web, headers, body);
  }

  private static HttpLimiterBuilder builder(Web web, RateLimitHeaders headers, RefusalBody body) {
    return HttpLimiter.builder()
        .skip(skipped(web.skip()))
        .headers(headers)
        .body(body)
        .failureMode(web.failureMode())
        .maxWait(web.maxWait());
  }

  void add(PhasedLimits limits) {
    if (before != null && limits.phase() == RequestPhase.BEFORE_SECURITY) {
      before.limits(limits.limits());
    } else {
      after.limits(limits.limits());
    }
  }

  void customize(HttpLimiterCustomizer customizer) {
    if (before != null) {
      customizer.customize(before, RequestPhase.BEFORE_SECURITY);
    }
    customizer.customize(after, RequestPhase.AFTER_SECURITY);
  }

  FilterLimiters build() {
    Optional<HttpLimiter> first =
        before == null || before.isEmpty() ? Optional.empty() : Optional.of(before.build());
    return new FilterLimiters(
        first,
        first.isPresent() && after.isEmpty() ? Optional.empty() : Optional.of(after.build()));
  }

  private static Predicate<HttpRequest> skipped(Skip skip) {
    try {
      return skip.methods().stream()
          .map(RequestFilters::method)
          .reduce(RequestFilters.pathPrefix(skip.paths().toArray(String[]::new)), Predicate::or);
    } catch (IllegalArgumentException e) {
      throw InvalidSettingException.ofProperty(
          "ratelimiter.web.skip.paths",
          skip.paths(),
          String.valueOf(e.getMessage()),
          "Write the beginning of a path, for example /static/.");
    }
  }
}
