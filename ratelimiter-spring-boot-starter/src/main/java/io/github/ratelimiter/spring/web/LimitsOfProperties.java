package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.spring.RateLimiterProperties.Limit;
import io.github.ratelimiter.spring.RateLimiters;
import io.github.ratelimiter.spring.RequestPhase;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.List;
import java.util.function.Predicate;

/** Makes limits on requests of properties. */
final class LimitsOfProperties {
  private final RateLimiters limiters;
  private final KeyNames keys;

  LimitsOfProperties(RateLimiters limiters, KeyNames keys) {
    this.limiters = limiters;
    this.keys = keys;
  }

  /**
   * Returns a limit.
   *
   * @param settings what is configured
   * @param property where
   */
  PhasedLimits of(Limit settings, String property) {
    RequestLimit limit =
        RequestLimit.of(
            limiter(settings, property), keys.firstOf(settings.key(), property + ".key"));
    RequestLimit costing = withCost(limit, settings, property);
    RequestLimit made = settings.observed() ? costing.observed() : costing;
    Predicate<HttpRequest> matches = RequestConditions.of(settings, property);
    return new PhasedLimits(
        phase(settings, property),
        request -> matches.test(request) ? made.of(request) : RequestVerdict.unlimited());
  }

  private RequestPhase phase(Limit settings, String property) {
    RequestPhase phase = settings.phase();
    if (phase == RequestPhase.BEFORE_SECURITY && keys.containUser(settings.key())) {
      throw InvalidSettingException.ofProperty(
          property + ".phase",
          "before-security",
          "the user of the key " + settings.key() + " is not known there",
          "Use a key without 'user', for example ip, or leave out the phase.");
    }
    return phase == null ? keys.phaseOf(settings.key()) : phase;
  }

  private RateLimiter limiter(Limit settings, String property) {
    String policy = String.valueOf(settings.policy());
    if (!limiters.names().contains(policy)) {
      throw InvalidSettingException.ofProperty(
          property + ".policy",
          policy,
          "there is no policy of this name; there are " + limiters.names(),
          "Add ratelimiter.policies." + policy + ", for example 100/min.");
    }
    return limiters.get(policy);
  }

  private static RequestLimit withCost(RequestLimit limit, Limit settings, String property) {
    long permits = settings.permits();
    if (permits < 1) {
      throw InvalidSettingException.ofProperty(
          property + ".permits", permits, "it is below 1", "Use 1 or more.");
    }
    RequestLimit costing = permits == 1 ? limit : limit.permits(request -> permits);
    if (settings.countStatus().isEmpty()) {
      return settings.ignoreStatus().isEmpty()
          ? costing
          : costing.settledBy(ResponseCost.exceptStatus(array(settings.ignoreStatus())));
    }
    if (!settings.ignoreStatus().isEmpty()) {
      throw InvalidSettingException.ofProperty(
          property + ".ignore-status",
          settings.ignoreStatus(),
          "count-status is set as well",
          "Set one of the two.");
    }
    return costing.settledBy(ResponseCost.onlyStatus(array(settings.countStatus())));
  }

  private static int[] array(List<Integer> statuses) {
    return statuses.stream().mapToInt(Integer::intValue).toArray();
  }
}
