package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.internal.Listeners;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * Policies by name that can change while limiters use them. Thread-safe.
 *
 * <pre>{@code
 * PolicyRegistry policies = PolicyRegistry.of(Policy.parse("login", "5/min"));
 * RateLimiter limiter =
 *     RateLimiter.builder().policies(policies.named("login")).store(store).build();
 * policies.replace(Policy.parse("login", "10/min"));
 * }</pre>
 *
 * <p>A change takes effect at the next call of each limiter. The usage of keys is kept; see {@link
 * Policy}. A limiter reads the registry at each call, without a lock.
 */
public final class PolicyRegistry {
  /** Is notified of changes. Must be thread-safe. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A policy was added, replaced or removed. Called on the thread that changed it, in the order
     * of the changes, after the change has taken effect. Another change waits until it returns. An
     * exception is logged and has no effect on the change.
     *
     * @param change the change
     */
    void changed(Change change);
  }

  /**
   * A change of one policy.
   *
   * @param name the name of the policy
   * @param before the policy before; empty if it was added
   * @param after the policy now; empty if it was removed
   */
  public record Change(String name, Optional<Policy> before, Optional<Policy> after) {}

  private final Listeners<Listener> listeners =
      new Listeners<>(LoggerFactory.getLogger(PolicyRegistry.class));
  private final Object changes = new Object();
  private volatile Map<String, Policy> policies = Map.of();

  private PolicyRegistry() {}

  /**
   * Returns a registry.
   *
   * @param policies the policies at the beginning, each with another name
   * @return the registry
   * @throws IllegalArgumentException if two policies have the same name
   */
  public static PolicyRegistry of(Policy... policies) {
    PolicyRegistry registry = new PolicyRegistry();
    for (Policy policy : policies) {
      if (registry.replace(policy).isPresent()) {
        throw new IllegalArgumentException(
            "two policies have the name '%s'".formatted(policy.name()));
      }
    }
    return registry;
  }

  /**
   * Returns the policy of a name.
   *
   * @param name the name
   * @return the policy now; empty if there is none
   */
  public Optional<Policy> get(String name) {
    return Optional.ofNullable(policies.get(Objects.requireNonNull(name, "name")));
  }

  /**
   * Returns all policies.
   *
   * @return an immutable copy, by name
   */
  public Map<String, Policy> snapshot() {
    return policies;
  }

  /**
   * Returns the policy of a name for {@link RateLimiterBuilder#policies}: all keys of the limiter
   * have the policy that the registry has at the time of the call. A call fails with an {@link
   * IllegalStateException} while the registry has none.
   *
   * @param name the name
   * @return a function for a limiter
   * @throws IllegalArgumentException if the registry has no such policy now
   */
  public Function<String, Policy> named(String name) {
    if (get(name).isEmpty()) {
      throw new IllegalArgumentException(missing(name));
    }
    return key -> {
      Policy policy = policies.get(name);
      if (policy == null) {
        throw new IllegalStateException(missing(name));
      }
      return policy;
    };
  }

  private String missing(String name) {
    return "the registry has no policy '%s'; it has %s"
        .formatted(name, new TreeMap<>(policies).keySet());
  }

  /**
   * Adds a policy, or replaces the one with its name.
   *
   * @param policy the policy
   * @return the policy before; empty if it was added
   */
  @CanIgnoreReturnValue
  public Optional<Policy> replace(Policy policy) {
    return change(policy.name(), Optional.of(policy));
  }

  /**
   * Removes a policy. The usage of its keys expires in the store as usual.
   *
   * @param name the name
   * @return the policy before; empty if there was none
   */
  @CanIgnoreReturnValue
  public Optional<Policy> remove(String name) {
    return change(name, Optional.empty());
  }

  private Optional<Policy> change(String name, Optional<Policy> after) {
    synchronized (changes) {
      Map<String, Policy> changed = new HashMap<>(policies);
      after.ifPresentOrElse(policy -> changed.put(name, policy), () -> changed.remove(name));
      Optional<Policy> before = get(name);
      policies = Map.copyOf(changed);
      if (!before.equals(after)) {
        Change change = new Change(name, before, after);
        listeners.notify(listener -> listener.changed(change));
      }
      return before;
    }
  }

  /**
   * Adds a listener.
   *
   * @param listener is notified of changes
   */
  public void onChange(Listener listener) {
    listeners.add(listener);
  }

  /**
   * Removes a listener.
   *
   * @param listener a listener that was added
   */
  public void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /** Returns the policies. */
  @Override
  public String toString() {
    return new TreeMap<>(policies).values().toString();
  }
}
