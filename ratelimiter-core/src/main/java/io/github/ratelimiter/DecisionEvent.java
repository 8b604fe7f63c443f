package io.github.ratelimiter;

import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call of a limiter and its result, for a {@link DecisionListener}. Immutable. */
public final class DecisionEvent {
  private final Call call;
  private final @Nullable Decision decision;
  private final @Nullable Throwable failure;
  private final long nanos;

  /**
   * Creates an event.
   *
   * @param decision null if the call failed
   * @param failure null if the call was decided
   * @param nanos how long the call took; negative if it did not wait
   */
  DecisionEvent(Call call, @Nullable Decision decision, @Nullable Throwable failure, long nanos) {
    this.call = call;
    this.decision = decision;
    this.failure = failure;
    this.nanos = nanos;
  }

  /**
   * Returns the policy of the call.
   *
   * @return the version in force at the call
   */
  public Policy policy() {
    return call.policy();
  }

  /**
   * Returns the key of the call. It may be personal data.
   *
   * @return the key
   */
  public String key() {
    return call.key();
  }

  /**
   * Returns the method that was called.
   *
   * @return the operation
   */
  public Call.Operation operation() {
    return call.operation();
  }

  /**
   * Returns the permits of the call.
   *
   * @return see {@link Call#permits()}
   */
  public long permits() {
    return call.permits();
  }

  /**
   * Returns the decision.
   *
   * @return empty if the call failed
   */
  public Optional<Decision> decision() {
    return Optional.ofNullable(decision);
  }

  /**
   * Returns why the call failed.
   *
   * @return empty if it was decided; a {@link java.util.concurrent.CancellationException} if the
   *     caller cancelled it
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Returns whether the key was new: permits were granted, and none of its permits were in use
   * before. For metrics of new keys and for detecting a flood of them.
   *
   * @return true for the first grant of a key, and for the first one after all permits had become
   *     available again
   */
  public boolean isNewKey() {
    Decision made = decision;
    return made != null
        && made.allowed()
        && call.operation().takesPermits()
        && NewKeys.hadAll(made.limits(), taken(made));
  }

  /** A range is granted in part. */
  private List<Long> taken(Decision made) {
    List<Long> asked = call.permitsOfLimits();
    return StoreDecision.of(made)
        .grant()
        .map(Grant::permits)
        .map(granted -> asked.stream().map(permits -> Math.min(permits, granted)).toList())
        .orElse(asked);
  }

  /**
   * Returns how long the call took, including the time it waited. The time of a call that was
   * decided immediately is not measured: reading the clock twice costs as much as such a decision.
   *
   * @return empty if the call was decided without waiting
   */
  public Optional<Duration> timeTaken() {
    return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  /**
   * Returns a text for logs. It does not contain the key: it has the message of a {@link
   * StoreException} only, and of another failure the type.
   */
  @Override
  public String toString() {
    return call + ": " + (failure == null ? decision : Keyless.text(failure));
  }
}
