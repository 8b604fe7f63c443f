package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.spring.RateLimited;
import java.io.Serial;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Adds the limit to annotated beans, outside of other advice. When all beans are created, it checks
 * their annotations, so that a mistake is found at the start.
 */
final class RateLimitedPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
    implements SmartInitializingSingleton {
  @Serial private static final long serialVersionUID = 1L;

  private final transient MethodLimits limits;
  private final transient Supplier<CallDecider> decider;
  private final transient Set<Class<?>> limited = ConcurrentHashMap.newKeySet();

  RateLimitedPostProcessor(
      MethodLimits limits, Supplier<CallDecider> decider, RateLimitInterceptor interceptor) {
    this.limits = limits;
    this.decider = decider;
    this.advisor = new DefaultPointcutAdvisor(new Annotated(), interceptor);
    setBeforeExistingAdvisors(true);
    setProxyTargetClass(true);
  }

  @Override
  protected boolean isEligible(Class<?> targetClass) {
    boolean eligible = super.isEligible(targetClass);
    if (eligible) {
      limited.add(targetClass);
    }
    return eligible;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (!limited.isEmpty()) {
      var unused = decider.get(); // Finds its executor.
    }
    for (Class<?> type : limited) {
      ReflectionUtils.doWithMethods(
          type,
          method -> limits.of(method, type),
          method ->
              ReflectionUtils.USER_DECLARED_METHODS.matches(method)
                  && MethodLimits.annotation(method, type) != null);
    }
  }

  private static final class Annotated extends StaticMethodMatcherPointcut {
    @Override
    public boolean matches(Method method, Class<?> type) {
      return AnnotationUtils.isCandidateClass(type, RateLimited.class)
          && MethodLimits.annotation(method, type) != null;
    }
  }
}
