package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.spring.RequestRefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.util.ClassUtils;

/** Decides on calls of annotated methods. Thread-safe. */
final class RateLimitInterceptor implements MethodInterceptor {
  private static final boolean REACTOR =
      ClassUtils.isPresent(
          "reactor.core.publisher.Mono", RateLimitInterceptor.class.getClassLoader());

  private final MethodLimits limits;
  private final Supplier<CallDecider> decider;
  private final BeanFactoryResolver beans;
  private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

  /**
   * Creates an interceptor.
   *
   * @param limits finds the limit of a method
   * @param decider decides on verdicts
   * @param factory has the beans of expressions
   */
  RateLimitInterceptor(MethodLimits limits, Supplier<CallDecider> decider, BeanFactory factory) {
    this.limits = limits;
    this.decider = decider;
    this.beans = new BeanFactoryResolver(factory);
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Class<?> type =
        target == null
            ? invocation.getMethod().getDeclaringClass()
            : AopUtils.getTargetClass(target);
    MethodLimit limit = limits.of(invocation.getMethod(), type);
    RequestVerdict verdict = limit.verdict(evaluation(invocation, limit));
    Class<?> result = limit.method().getReturnType();
    if (result == CompletableFuture.class || result == CompletionStage.class) {
      return future(copyOf(invocation), limit, verdict);
    }
    if (REACTOR && ReactiveCalls.isReactive(result)) {
      MethodInvocation copy = copyOf(invocation);
      return ReactiveCalls.limited(
          result,
          () -> decider.get().http().admitAsync(verdict),
          admission -> next(copy, limit, admission));
    }
    return next(invocation, limit, decider.get().http().admit(verdict));
  }

  private MethodBasedEvaluationContext evaluation(MethodInvocation invocation, MethodLimit limit) {
    MethodBasedEvaluationContext context =
        new MethodBasedEvaluationContext(
            invocation, limit.method(), invocation.getArguments(), names);
    context.setBeanResolver(beans);
    return context;
  }

  /** Calls the method, or else its fallback. */
  private static @Nullable Object next(
      MethodInvocation invocation, MethodLimit limit, Admission admission) throws Throwable {
    if (admission.allowed()) {
      return invocation.proceed();
    }
    RequestRefusedException refused =
        new RequestRefusedException(admission.refusal().orElseThrow(), admission.headers());
    if (limit.fallback() == null) {
      throw refused;
    }
    return limit.fallBack(invocation.getThis(), invocation.getArguments(), refused);
  }

  /**
   * The method must not run on the threads on which limiters complete their futures. It runs on the
   * executor of the application. Without one, the caller waits for the decision.
   */
  private CompletableFuture<Object> future(
      MethodInvocation invocation, MethodLimit limit, RequestVerdict verdict) {
    Executor executor = decider.get().executor();
    if (executor == null) {
      return stage(invocation, limit, decider.get().http().admit(verdict));
    }
    CompletableFuture<Admission> admission = decider.get().http().admitAsync(verdict);
    return admission.isDone()
        ? stage(invocation, limit, admission.join())
        : admission.thenComposeAsync(result -> stage(invocation, limit, result), executor);
  }

  @SuppressWarnings("unchecked") // The method returns a stage.
  private static CompletableFuture<Object> stage(
      MethodInvocation invocation, MethodLimit limit, Admission admission) {
    try {
      Object result = next(invocation, limit, admission);
      return result == null
          ? CompletableFuture.failedFuture(
              new NullPointerException(limit.method() + " has returned null"))
          : ((CompletionStage<Object>) result).toCompletableFuture();
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The call goes on after this one has returned, and maybe several times. */
  private static MethodInvocation copyOf(MethodInvocation invocation) {
    return invocation instanceof ProxyMethodInvocation proxied
        ? proxied.invocableClone()
        : invocation;
  }
}
