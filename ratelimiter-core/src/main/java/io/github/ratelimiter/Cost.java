package io.github.ratelimiter;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A number of permits for each limit of a policy. For policies with limits that count different
 * things, for example requests and tokens. Immutable.
 *
 * <pre>{@code
 * RateLimiter models = RateLimiter.of("models", "60/min; fixed-window 100000/min", store);
 * models.tryAcquire("tenant:7", Cost.of(1, 800));
 * }</pre>
 *
 * <p>Equal limits, such as {@code 60/min; 60/min}, share one counter. It is charged the largest of
 * their numbers. In a new version of a policy, a new limit may start with the usage of a limit that
 * counts something else; see {@link Policy}. A {@link JointLimiter} of two policies keeps the usage
 * of two resources apart.
 */
public final class Cost {
  private final List<Long> permitsOfLimits;

  private Cost(List<Long> permitsOfLimits) {
    this.permitsOfLimits = permitsOfLimits;
  }

  /**
   * Returns a cost.
   *
   * @param permits one number for each limit of the policy, in the order of {@link
   *     Policy#limits()}; each is 0 or more. If all are 0, the cost can be recorded and settled,
   *     but not taken or reserved
   * @return the cost
   * @throws IllegalArgumentException if there is no number, or one is negative
   */
  public static Cost of(long... permits) {
    List<Long> list = Arrays.stream(permits).boxed().toList();
    if (list.isEmpty() || Collections.min(list) < 0) {
      throw new IllegalArgumentException(
          "cost is " + list + "; it needs a number for each limit, and each must be 0 or more");
    }
    return new Cost(list);
  }

  /**
   * Returns the number of permits for each limit, in the order of {@link Policy#limits()}.
   *
   * @return an immutable list, never empty
   */
  public List<Long> permitsOfLimits() {
    return permitsOfLimits;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Cost other && permitsOfLimits.equals(other.permitsOfLimits);
  }

  @Override
  public int hashCode() {
    return permitsOfLimits.hashCode();
  }

  @Override
  public String toString() {
    return "cost " + permitsOfLimits;
  }
}
