package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.spring.IgnoreRateLimit;
import io.github.ratelimiter.spring.RateLimited;
import io.github.ratelimiter.spring.RateLimiters;
import io.github.ratelimiter.spring.RequestRefusedException;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ReflectionUtils;

/** Finds the limits of methods in their annotations. Thread-safe. */
final class MethodLimits {
  private final Supplier<RateLimiters> limiters;
  private final SpelExpressionParser parser = new SpelExpressionParser();
  private final Map<Method, MethodLimit> limits = new ConcurrentHashMap<>();

  MethodLimits(Supplier<RateLimiters> limiters) {
    this.limiters = limiters;
  }

  /** Returns the annotation of a method, or else that of its class; null if there is none. */
  static @Nullable RateLimited annotation(Method method, Class<?> type) {
    Method specific = AopUtils.getMostSpecificMethod(method, type);
    if (specific.getDeclaringClass() == Object.class
        || AnnotatedElementUtils.hasAnnotation(specific, IgnoreRateLimit.class)) {
      return null;
    }
    RateLimited ofMethod = AnnotatedElementUtils.findMergedAnnotation(specific, RateLimited.class);
    return ofMethod != null
        ? ofMethod
        : AnnotatedElementUtils.findMergedAnnotation(type, RateLimited.class);
  }

  /** Returns the limit of a method that has an annotation. */
  MethodLimit of(Method method, Class<?> type) {
    Method specific = AopUtils.getMostSpecificMethod(method, type);
    MethodLimit known = limits.get(specific);
    if (known == null) {
      known = read(specific, type);
      limits.put(specific, known);
    }
    return known;
  }

  private MethodLimit read(Method method, Class<?> type) {
    RateLimited annotation = annotation(method, type);
    if (annotation == null) {
      throw new IllegalArgumentException(method + " has no limit");
    }
    RateLimiters all = limiters.get();
    if (!all.names().contains(annotation.policy())) {
      throw InvalidSettingException.of(
          "The policy '%s' in @RateLimited of %s does not exist; there are %s"
              .formatted(annotation.policy(), method, all.names()),
          "Add ratelimiter.policies.%s, for example 100/min.".formatted(annotation.policy()));
    }
    if (annotation.permits() < 1) {
      throw InvalidSettingException.of(
          "permits in @RateLimited of %s is %d".formatted(method, annotation.permits()),
          "Use 1 or more.");
    }
    return new MethodLimit(
        method,
        all.get(annotation.policy()),
        annotation.key().isEmpty() ? null : expression(annotation.key(), method),
        annotation.permits(),
        annotation.fallback().isEmpty() ? null : fallback(annotation.fallback(), method, type));
  }

  private Expression expression(String key, Method method) {
    try {
      return parser.parseExpression(key);
    } catch (ParseException e) {
      throw InvalidSettingException.of(
          "The key '%s' in @RateLimited of %s cannot be parsed: %s"
              .formatted(key, method, e.getMessage()),
          "Write an expression such as #user.id.");
    }
  }

  private static Method fallback(String name, Method method, Class<?> type) {
    Class<?>[] parameters = method.getParameterTypes();
    Class<?>[] withException = Arrays.copyOf(parameters, parameters.length + 1);
    withException[parameters.length] = RequestRefusedException.class;
    Method found = ReflectionUtils.findMethod(type, name, withException);
    if (found == null) {
      found = ReflectionUtils.findMethod(type, name, parameters);
    }
    if (found == null || !method.getReturnType().isAssignableFrom(found.getReturnType())) {
      throw InvalidSettingException.of(
          "The fallback '%s' in @RateLimited of %s does not exist".formatted(name, method),
          "Add a method %s to %s with the same parameters and return type."
              .formatted(name, type.getName()));
    }
    ReflectionUtils.makeAccessible(found);
    return found;
  }
}
