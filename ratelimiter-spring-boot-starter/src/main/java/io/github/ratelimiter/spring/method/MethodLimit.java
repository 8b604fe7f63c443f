package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.spring.RequestRefusedException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;

/**
 * The limit of one method. Thread-safe.
 *
 * @param method the annotated method
 * @param limiter the limiter
 * @param key the expression of the key; null for one key that all calls share
 * @param permits the permits of a call
 * @param fallback is called instead of a refused method; null to throw the exception
 */
record MethodLimit(
    Method method,
    RateLimiter limiter,
    @Nullable Expression key,
    long permits,
    @Nullable Method fallback) {
  private static final String SHARED = "global";

  RequestVerdict verdict(EvaluationContext call) {
    return RequestVerdict.limited(new RequestCharge(limiter.part(key(call)).permits(permits)));
  }

  private String key(EvaluationContext call) {
    if (key == null) {
      return SHARED;
    }
    Object value = key.getValue(call);
    if (value == null || value.toString().isEmpty()) {
      throw new IllegalArgumentException(
          "the key '%s' of %s is null or empty".formatted(key.getExpressionString(), method));
    }
    return value.toString();
  }

  /** Requires a fallback. */
  @Nullable Object fallBack(
      @Nullable Object target, @Nullable Object[] arguments, RequestRefusedException refused)
      throws Throwable {
    Method instead = Objects.requireNonNull(fallback, "fallback");
    @Nullable Object[] all = arguments;
    if (instead.getParameterCount() > arguments.length) {
      all = Arrays.copyOf(arguments, arguments.length + 1);
      all[arguments.length] = refused;
    }
    try {
      return instead.invoke(target, all);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
