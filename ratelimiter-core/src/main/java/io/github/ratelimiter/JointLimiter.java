package io.github.ratelimiter;

import io.github.ratelimiter.internal.Arguments;
import io.github.ratelimiter.internal.Periods;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A limit on several keys at once, for example on a user, on an address and on everybody. A call
 * takes the permits of all parts or of none: a refusal by one part costs the others nothing.
 *
 * <pre>{@code
 * JointDecision decision =
 *     JointLimiter.of(users.part("42"), addresses.part("192.0.2.1"), everybody.part("all"))
 *         .tryAcquire();
 * }</pre>
 *
 * <p>All parts must be on the same store. In process, and on one Redis server, all of them are
 * decided in one atomic step. In a Redis cluster, a call that is refused may hold the permits of
 * some parts for a moment. A concurrent call may be refused because of that.
 *
 * <p>Immutable and thread-safe. It is cheap to create, so one can be made for each call. The
 * methods throw what those of {@link RateLimiter} throw. All except {@link #peek} also throw {@link
 * IllegalArgumentException} if two parts have the same policy name and the same key.
 */
public final class JointLimiter {
  /** The maximum number of parts. */
  public static final int MAX_PARTS = JointRequest.MAX_PARTS;

  /** A limiter and a key, and how many permits a call takes there. Immutable. */
  public static final class Part {
    final StoreRateLimiter limiter;
    private final String key;

    /** Null for the limiter's policy of the key, which may change from call to call. */
    private final @Nullable Policy policy;

    private final long permits;
    private final boolean observed;

    private Part(
        StoreRateLimiter limiter,
        String key,
        @Nullable Policy policy,
        long permits,
        boolean observed) {
      this.limiter = limiter;
      this.key = key;
      this.policy = policy;
      this.permits = permits;
      this.observed = observed;
    }

    /** Returns a part of one permit, under the limiter's policy for the key. */
    static Part of(StoreRateLimiter limiter, String key) {
      return new Part(limiter, key, null, 1, false);
    }

    /**
     * Returns this part with another number of permits.
     *
     * @param permits at least 1
     * @return a part
     * @throws IllegalArgumentException if the number is below 1
     */
    public Part permits(long permits) {
      Arguments.checkPermits(permits);
      return new Part(limiter, key, policy, permits, observed);
    }

    /**
     * Returns this part under another policy, for example that of the user's tier. The limiter then
     * only provides its store and its observers. Usage is stored under the name of the policy.
     *
     * @param policy the policy
     * @return a part
     */
    public Part policy(Policy policy) {
      return new Part(limiter, key, Objects.requireNonNull(policy, "policy"), permits, observed);
    }

    /**
     * Returns an observed copy of this part. An observed part is decided and reported, but its
     * refusal does not refuse the call. It takes its permits if they are available and the call is
     * allowed. Use it to try out a new limit.
     *
     * @return a part
     */
    public Part observed() {
      return new Part(limiter, key, policy, permits, true);
    }

    /**
     * Returns the key.
     *
     * @return a string of at least one character
     */
    public String key() {
      return key;
    }

    /**
     * Returns the permits that a call takes.
     *
     * @return at least 1; at first 1
     */
    public long permits() {
      return permits;
    }

    /**
     * Returns whether this part is observed only.
     *
     * @return whether its refusal does not refuse the call
     */
    public boolean isObserved() {
      return observed;
    }

    private JointRequest.Part acquire() {
      return new JointRequest.Part(new Request.Acquire(key, policy(), permits), observed);
    }

    private JointRequest.Part hold() {
      return new JointRequest.Part(new Request.Hold(key, policy(), permits), observed);
    }

    /**
     * Returns the policy under which the permits are taken now.
     *
     * @return the one that was set, otherwise that of the limiter for the key
     */
    public Policy policy() {
      return policy != null ? policy : limiter.requests().policyOf(key);
    }

    private Decision peek() {
      return limiter.calls().decide(new Request.Peek(key, policy(), permits));
    }

    /** Returns a text for logs. It does not contain the key. */
    @Override
    public String toString() {
      return (observed ? "observed part of " : "part of ") + limiter;
    }
  }

  private final List<Part> parts;
  private final JointCalls calls;

  private JointLimiter(List<Part> parts) {
    this.parts = parts;
    this.calls = new JointCalls(parts);
  }

  /**
   * Returns a limiter.
   *
   * @param parts results of {@link RateLimiter#part}, 1 to {@link #MAX_PARTS}
   * @return the limiter
   * @throws IllegalArgumentException if there are no parts or too many, or they are on different
   *     stores
   */
  public static JointLimiter of(Part... parts) {
    return of(List.of(parts));
  }

  /**
   * Returns a limiter.
   *
   * @param parts results of {@link RateLimiter#part}, 1 to {@link #MAX_PARTS}
   * @return the limiter
   * @throws IllegalArgumentException if there are no parts or too many, or they are on different
   *     stores
   */
  public static JointLimiter of(List<Part> parts) {
    List<Part> copy = List.copyOf(parts);
    if (copy.isEmpty() || copy.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "there are " + copy.size() + " parts; there must be 1 to " + MAX_PARTS);
    }
    StateStore store = copy.get(0).limiter.store();
    for (int i = 1; i < copy.size(); i++) {
      if (copy.get(i).limiter.store() != store) {
        throw new IllegalArgumentException(
            "parts 1 and %d are on different stores, %s and %s; build their limiters on one store, and wrap that store once"
                .formatted(i + 1, store, copy.get(i).limiter.store()));
      }
    }
    return new JointLimiter(copy);
  }

  /**
   * Takes the permits of all parts if all of them are available now. A refused call consumes none.
   *
   * @return the decision
   */
  public JointDecision tryAcquire() {
    return calls.decide(acquire());
  }

  /**
   * Takes the permits of all parts, and waits up to {@code maxWait} until all of them are
   * available. A call that cannot succeed within {@code maxWait} is refused immediately and
   * consumes none.
   *
   * <p>Nothing is taken while the call waits, so other callers may take the permits first. Then the
   * call waits again, if there is time left.
   *
   * @param maxWait the longest time to wait, zero or more
   * @return the decision
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is taken then
   */
  public JointDecision tryAcquire(Duration maxWait) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return calls.await(acquire(), Periods.waitMicros(maxWait));
  }

  /**
   * Returns the decision that {@link #tryAcquire()} would return, without consuming permits. The
   * parts are queried one after another.
   *
   * @return the decision
   */
  public JointDecision peek() {
    return calls.decision(parts.stream().map(Part::peek).toList());
  }

  /**
   * Takes the permits of all parts as {@link #tryAcquire()} does. They can be returned or settled
   * later.
   *
   * @return the reservation; check {@link JointReservation#allowed()}
   */
  public JointReservation reserve() {
    return calls.reserve(hold());
  }

  /**
   * Takes the permits of all parts as {@link #tryAcquire()} does, without blocking.
   *
   * @return a future of the decision
   */
  public CompletableFuture<JointDecision> tryAcquireAsync() {
    return calls.decideAsync(acquire());
  }

  /**
   * Takes the permits of all parts as {@link #tryAcquire(Duration)} does, without blocking.
   *
   * @param maxWait the longest time to wait, zero or more
   * @return a future of the decision; cancel it to stop waiting
   */
  public CompletableFuture<JointDecision> tryAcquireAsync(Duration maxWait) {
    return calls.awaitAsync(acquire(), Periods.waitMicros(maxWait));
  }

  /**
   * Takes the permits of all parts as {@link #reserve} does, without blocking.
   *
   * @return a future of the reservation; if it is cancelled before the decision, the permits are
   *     returned
   */
  public CompletableFuture<JointReservation> reserveAsync() {
    return calls.reserveAsync(hold());
  }

  private JointRequest acquire() {
    return request(Part::acquire);
  }

  private JointRequest hold() {
    return request(Part::hold);
  }

  private JointRequest request(Function<Part, JointRequest.Part> request) {
    JointRequest.Part[] each = new JointRequest.Part[parts.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = request.apply(parts.get(i));
    }
    return new JointRequest(List.of(each));
  }

  @Override
  public String toString() {
    return "joint limiter of " + parts;
  }
}
