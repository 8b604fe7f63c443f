package io.github.ratelimiter;

import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call of a limiter and its result, for a {@link DecisionListener}. Immutable. */
public final class DecisionEvent {
  /** The method that was called. */
  public enum Operation {
    /** {@code tryAcquire} without a {@code maxWait}. */
    ACQUIRE,

    /** {@code tryAcquire} with a {@code maxWait}. */
    ACQUIRE_WAITING,

    /** {@code peek}. */
    PEEK,

    /** {@code refund}. */
    REFUND,

    /** {@code reserve}, or {@code tryAcquire} with a {@link Cost}. */
    RESERVE,

    /** {@code settle} or {@code cancel} of a {@link Reservation}, if permits are returned. */
    SETTLE,

    /** {@code record}, or {@code settle} of a {@link Reservation} if no permits are returned. */
    RECORD,

    /** {@code drain}. */
    DRAIN,

    /** {@code reset}. */
    RESET
  }

  private static final Request.Visitor<Operation> OPERATION_OF = new OperationOf();

  private final Request request;
  private final boolean waited;
  private final @Nullable Decision decision;
  private final @Nullable Throwable failure;
  private final long nanos;

  /**
   * Creates an event.
   *
   * @param waited whether the call could wait for its permits
   * @param decision null if the call failed
   * @param failure null if the call was decided
   * @param nanos negative if no listener measures time
   */
  DecisionEvent(
      Request request,
      boolean waited,
      @Nullable Decision decision,
      @Nullable Throwable failure,
      long nanos) {
    this.request = request;
    this.waited = waited;
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
    return request.policy();
  }

  /**
   * Returns the key of the call. It may be personal data.
   *
   * @return the key
   */
  public String key() {
    return request.key();
  }

  /**
   * Returns the method that was called.
   *
   * @return the operation
   */
  public Operation operation() {
    if (waited) {
      return Operation.ACQUIRE_WAITING;
    }
    return request.accept(OPERATION_OF);
  }

  /**
   * Returns the permits of the call.
   *
   * @return for a {@link Cost}, the largest of its numbers; for {@code reserve} with a range, the
   *     maximum; 0 for {@code drain} and {@code reset}
   */
  public long permits() {
    return request.permits();
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
    boolean takes =
        request instanceof Request.Acquire
            || request instanceof Request.Hold
            || request instanceof Request.HoldEach
            || request instanceof Request.Reserve;
    return takes && made != null && made.allowed() && hadAll(made.limits());
  }

  private boolean hadAll(List<Decision.LimitStatus> limits) {
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).remaining() + taken(i) < limits.get(i).limit().capacity()) {
        return false;
      }
    }
    return true;
  }

  private long taken(int limit) {
    if (request instanceof Request.HoldEach each) {
      return each.permitsOfLimits().get(limit);
    }
    return StoreDecision.of(Objects.requireNonNull(decision))
        .grant()
        .map(Grant::permits)
        .orElse(permits());
  }

  /**
   * Returns how long the call took, including the time it waited.
   *
   * @return empty unless {@link DecisionListener#measuresTime} returns true
   */
  public Optional<Duration> timeTaken() {
    return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  /** Returns a text for logs. It does not contain the key. */
  @Override
  public String toString() {
    return operation() + " " + permits() + ": " + (failure == null ? decision : failure);
  }

  private static final class OperationOf implements Request.Visitor<Operation> {
    @Override
    public Operation acquire(Request.Acquire request) {
      return Operation.ACQUIRE;
    }

    @Override
    public Operation hold(Request.Hold request) {
      return Operation.RESERVE;
    }

    @Override
    public Operation holdEach(Request.HoldEach request) {
      return Operation.RESERVE;
    }

    @Override
    public Operation lease(Request.Lease request) {
      throw notCalled(request);
    }

    @Override
    public Operation reserve(Request.Reserve request) {
      return Operation.ACQUIRE_WAITING;
    }

    @Override
    public Operation peek(Request.Peek request) {
      return Operation.PEEK;
    }

    @Override
    public Operation refund(Request.Refund request) {
      return Operation.REFUND;
    }

    @Override
    public Operation returnLease(Request.ReturnLease request) {
      throw notCalled(request);
    }

    @Override
    public Operation release(Request.Release request) {
      return Operation.SETTLE;
    }

    @Override
    public Operation charge(Request.Charge request) {
      return Operation.RECORD;
    }

    @Override
    public Operation drain(Request.Drain request) {
      return Operation.DRAIN;
    }

    @Override
    public Operation reset(Request.Reset request) {
      return Operation.RESET;
    }

    private static IllegalArgumentException notCalled(Request request) {
      return new IllegalArgumentException("no method of a limiter sends " + request);
    }
  }
}
