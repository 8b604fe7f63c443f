package io.github.ratelimiter;

import io.github.ratelimiter.store.Request;
import java.util.List;

/** A call of a limiter, for a {@link CallObserver}. Immutable. */
public final class Call {
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
    RESET;

    /**
     * Returns whether the method asks for permits, so that its decision is an admission or a
     * refusal of work.
     *
     * @return true for {@link #ACQUIRE}, {@link #ACQUIRE_WAITING} and {@link #RESERVE}
     */
    public boolean takesPermits() {
      return this == ACQUIRE || this == ACQUIRE_WAITING || this == RESERVE;
    }
  }

  private static final Request.Visitor<Operation> OPERATION_OF = new OperationOf();

  private final Request request;
  private final boolean waits;

  /**
   * Creates a call.
   *
   * @param waits whether the call may wait for its permits
   */
  Call(Request request, boolean waits) {
    this.request = request;
    this.waits = waits;
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
    return waits ? Operation.ACQUIRE_WAITING : request.accept(OPERATION_OF);
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
   * Returns the permits of the call under each limit of the policy.
   *
   * @return as many numbers as the policy has limits
   */
  public List<Long> permitsOfLimits() {
    return request.permitsOfLimits();
  }

  /** Returns a text for logs. It does not contain the key. */
  @Override
  public String toString() {
    return operation() + " " + permits();
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
      return new IllegalArgumentException(
          "no method of a limiter sends a " + request.getClass().getSimpleName());
    }
  }
}
