package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * Decides on calls of methods.
 *
 * @param http decides on verdicts; it has no limits of its own
 * @param executor runs methods that return a future, after a decision that came later; null to wait
 *     for such a decision on the caller's thread
 */
record CallDecider(HttpLimiter http, @Nullable Executor executor) {
  /** The executor of Spring Boot. */
  private static final String DEFAULT_EXECUTOR = "applicationTaskExecutor";

  static CallDecider of(
      RateLimiterProperties.Method settings, RateLimitHeaders headers, BeanFactory factory) {
    HttpLimiter http =
        HttpLimiter.builder()
            .limits(request -> RequestVerdict.unlimited())
            .headers(headers)
            .failureMode(settings.failureMode())
            .build();
    return new CallDecider(http, executor(settings.executor(), factory));
  }

  private static @Nullable Executor executor(@Nullable String name, BeanFactory factory) {
    if (name == null) {
      return isExecutor(DEFAULT_EXECUTOR, factory)
          ? factory.getBean(DEFAULT_EXECUTOR, Executor.class)
          : null;
    }
    if (!isExecutor(name, factory)) {
      throw InvalidSettingException.ofProperty(
          "ratelimiter.method.executor",
          name,
          "there is no bean of this name and of the type java.util.concurrent.Executor",
          "Write the name of an executor bean, for example " + DEFAULT_EXECUTOR + ".");
    }
    return factory.getBean(name, Executor.class);
  }

  private static boolean isExecutor(String name, BeanFactory factory) {
    return factory.containsBean(name) && factory.isTypeMatch(name, Executor.class);
  }
}
