package io.github.ratelimiter.spring;

import io.github.ratelimiter.RateLimiter;
import java.util.Set;

/**
 * The limiters of an application, by name. There is one for each policy in {@code
 * ratelimiter.policies}, and one for each bean of the type {@link RateLimiter}. A bean replaces a
 * policy of the same name. Thread-safe.
 *
 * <pre>{@code
 * Decision decision = limiters.get("login").tryAcquire(user);
 * }</pre>
 */
public interface RateLimiters {
  /**
   * Returns a limiter.
   *
   * @param name the name of the policy or of the bean
   * @return always the same limiter
   * @throws IllegalArgumentException if there is none of this name
   */
  RateLimiter get(String name);

  /**
   * Returns the names of all limiters.
   *
   * @return the names, in alphabetical order
   */
  Set<String> names();
}
