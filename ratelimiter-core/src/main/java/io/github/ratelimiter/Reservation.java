package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.store.Request;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Permits that were taken for a cost that is known later. They count as used from the reservation
 * on. A reservation that is never settled is charged as it was made. Thread-safe.
 *
 * <pre>{@code
 * Reservation tokens = limiter.reserve("tenant:7", 800);
 * if (tokens.allowed()) {
 *   tokens.settle(complete(prompt).tokens());
 * }
 * }</pre>
 */
public final class Reservation {
  private final StoreRateLimiter limiter;
  private final Request.Hold request;
  private final Decision decision;
  private final AtomicBoolean settled = new AtomicBoolean();

  Reservation(StoreRateLimiter limiter, Request.Hold request, Decision decision) {
    this.limiter = limiter;
    this.request = request;
    this.decision = decision;
  }

  /**
   * Returns whether the permits were granted. If they were not, none were consumed.
   *
   * @return true if the reservation can be settled
   */
  public boolean allowed() {
    return decision.allowed();
  }

  /**
   * Returns the decision on the reserved permits.
   *
   * @return the decision
   */
  public Decision decision() {
    return decision;
  }

  /**
   * Returns the permits that were requested.
   *
   * @return at least 1
   */
  public long permits() {
    return request.permits();
  }

  /**
   * Ends the reservation with the number of permits that were used. If fewer were used, the rest is
   * returned. A window or a log takes back what it still contains of the rest. A bucket takes back
   * all of it if nothing was granted since; otherwise the rest minus what it has refilled since. If
   * more were used, the difference is charged, each limit up to what it has left.
   *
   * @param used the permits that were used, 0 or more
   * @return an allowed decision with the state after the call
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if the permits were not granted, or the reservation has been
   *     settled
   * @throws StoreException if the store fails; if {@link StoreException#mayHaveRun()} is false, the
   *     reservation can be settled again
   */
  @CanIgnoreReturnValue
  public Decision settle(long used) {
    Request end = begin(used);
    try {
      return limiter.decide(end);
    } catch (RuntimeException e) {
      failed(e);
      throw e;
    }
  }

  /**
   * Ends the reservation, with nothing used.
   *
   * @return an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  public Decision cancel() {
    return settle(0);
  }

  /**
   * Ends the reservation as {@link #settle} does, without blocking.
   *
   * @param used the permits that were used, 0 or more
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  public CompletableFuture<Decision> settleAsync(long used) {
    CompletableFuture<Decision> end = limiter.decideAsync(begin(used));
    var unused =
        end.whenComplete(
            (state, failure) -> {
              if (failure != null) {
                failed(failure);
              }
            });
    return end;
  }

  /**
   * Ends the reservation as {@link #cancel} does, without blocking.
   *
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  public CompletableFuture<Decision> cancelAsync() {
    return settleAsync(0);
  }

  private Request begin(long used) {
    if (used < 0) {
      throw new IllegalArgumentException("used is " + used + "; it must be 0 or more");
    }
    if (!allowed()) {
      throw new IllegalStateException("nothing was reserved: " + decision);
    }
    if (!settled.compareAndSet(false, true)) {
      throw new IllegalStateException("the reservation has been settled");
    }
    long unused = request.permits() - used;
    return unused > 0 ? Request.returning(request, unused, decision) : more(used);
  }

  /** If exactly the reserved permits were used, a charge of 0 permits returns the state. */
  private Request more(long used) {
    return charge(request.key(), request.policy(), used - request.permits());
  }

  static Request.Charge charge(String key, Policy policy, long permits) {
    List<Long> ofEachLimit = Collections.nCopies(policy.limits().size(), permits);
    return new Request.Charge(key, policy, ofEachLimit);
  }

  /** Makes another attempt possible if this one certainly has not run. */
  private void failed(@Nullable Throwable failure) {
    if (failure != null
        && Delivery.cause(failure) instanceof StoreException store
        && !store.mayHaveRun()) {
      settled.set(false);
    }
  }

  @Override
  public String toString() {
    return "reservation of " + request.permits() + ", " + decision;
  }
}
