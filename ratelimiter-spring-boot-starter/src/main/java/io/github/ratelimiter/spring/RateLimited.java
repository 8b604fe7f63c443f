package io.github.ratelimiter.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Limits the calls of a method, or of all public methods of a class. An annotation of the method
 * replaces that of its class. It may be used on other annotations.
 *
 * <pre>{@code
 * @RateLimited(policy = "reports", key = "#tenant.id", fallback = "cached")
 * Report create(Tenant tenant) {...}
 *
 * Report cached(Tenant tenant) {...}
 * }</pre>
 *
 * <p>Calls are limited that pass through the proxy of Spring: those from other beans. A refused
 * call throws a {@link RequestRefusedException}. Methods may return a {@link
 * java.util.concurrent.CompletableFuture}, or a {@code Mono} or {@code Flux} of Reactor. Then the
 * exception is that of the result, and a {@code Mono} or {@code Flux} takes its permits whenever it
 * is subscribed to.
 *
 * <p>If the store is remote, a method of a future runs on an executor of the application: the bean
 * that {@code ratelimiter.method.executor} names, otherwise {@code applicationTaskExecutor}. If
 * there is none, the caller waits for the decision, at most for the timeout of the store, and the
 * method runs on the caller's thread. A {@code Mono} or {@code Flux} goes on on a scheduler of
 * Reactor: {@code parallel} if it was subscribed to on a thread that must not block, otherwise
 * {@code boundedElastic}.
 *
 * <p>The limit is checked before other advice, for example before a transaction begins.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RateLimited {
  /**
   * Returns the name of the policy.
   *
   * @return the same as {@link #policy}
   */
  @AliasFor("policy")
  String value() default "";

  /**
   * Returns the name of the policy.
   *
   * @return a name in {@link RateLimiters}
   */
  @AliasFor("value")
  String policy() default "";

  /**
   * Returns the key that is counted, as an expression of the Spring Expression Language. Arguments
   * are variables, for example {@code #user.id}; beans are, for example,
   * {@code @tenants.current()}. The result is used as text; null is an error. The expression is
   * part of the code. Never build it from input.
   *
   * @return the expression; empty for one key that all calls share
   */
  String key() default "";

  /**
   * Returns the number of permits of a call.
   *
   * @return at least 1
   */
  long permits() default 1;

  /**
   * Returns the name of a method of the same class that is called instead of a refused one. It has
   * the same parameters, or these and a {@link RequestRefusedException} at the end, and returns the
   * same type.
   *
   * @return the name; empty to throw the exception
   */
  String fallback() default "";
}
