package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.threads.WouldBlockException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Permits that were taken for a cost that is known later. They count as used from the moment of the
 * reservation. If it is never settled, all of them stay charged. Thread-safe.
 *
 * <pre>{@code
 * Reservation tokens = limiter.reserve("tenant:7", 800);
 * if (tokens.allowed()) {
 *   tokens.settle(complete(prompt).tokens());
 * }
 * }</pre>
 */
public final class Reservation {
  private final Calls calls;
  private final Request request;
  private final Decision decision;
  private final boolean granted;
  private final List<Long> reserved;
  private final AtomicBoolean settled = new AtomicBoolean();

  private Reservation(
      Calls calls, Request request, Decision decision, boolean granted, List<Long> reserved) {
    this.calls = calls;
    this.request = request;
    this.decision = decision;
    this.granted = granted;
    this.reserved = reserved;
  }

  /**
   * Returns a reservation.
   *
   * @param request a {@link Request.Hold} or a {@link Request.HoldEach}
   */
  static Reservation of(Calls calls, Request request, Decision decision) {
    return of(calls, request, decision, decision.allowed());
  }

  /**
   * Returns a reservation.
   *
   * @param request a {@link Request.Hold} or a {@link Request.HoldEach}
   * @param granted false if the permits were available, but were not taken
   */
  static Reservation of(Calls calls, Request request, Decision decision, boolean granted) {
    List<Long> wanted =
        request instanceof Request.HoldEach each
            ? each.permitsOfLimits()
            : Request.ofEachLimit(request.policy(), granted(request, decision));
    return new Reservation(calls, request, decision, granted, counted(request.policy(), wanted));
  }

  /** Returns what is counted for each limit. Of limits that share a counter, the largest number. */
  private static List<Long> counted(Policy policy, List<Long> permitsOfLimits) {
    long[] most = new long[policy.counters().size()];
    for (int i = 0; i < permitsOfLimits.size(); i++) {
      int counter = policy.counterOf(i);
      most[counter] = Math.max(most[counter], permitsOfLimits.get(i));
    }
    return IntStream.range(0, permitsOfLimits.size())
        .mapToObj(i -> most[policy.counterOf(i)])
        .toList();
  }

  /** A decision without a grant is that of a fallback. It allows all permits that are requested. */
  private static long granted(Request request, Decision decision) {
    return decision.allowed()
        ? StoreDecision.of(decision).grant().map(Grant::permits).orElse(request.permits())
        : 0;
  }

  /**
   * Returns whether the permits were granted. If they were not, none were consumed.
   *
   * @return true if the reservation can be settled
   */
  public boolean allowed() {
    return granted;
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
   * Returns the permits that were reserved.
   *
   * @return 0 if they were not granted; for a {@link Cost}, the largest of its numbers
   */
  public long permits() {
    return allowed() ? Collections.max(reserved) : 0;
  }

  /**
   * Ends the reservation with the number of permits that were used. If fewer were used, the rest is
   * returned. A window or a log takes back the part of the rest that it still contains. A bucket
   * takes back all of it if nothing was granted since; otherwise the rest minus the permits that it
   * has refilled since. If more were used, each limit is charged the difference, at most the
   * permits that it has left and its {@link Limit#debt()}. {@link Decision#uncounted()} returns the
   * permits that were not charged.
   *
   * @param used the number of permits that were used, the same for each limit, 0 or more
   * @return an allowed decision with the state after the call
   * @throws IllegalArgumentException if the number is negative, or above 0 after a {@link Cost}
   *     with different numbers was reserved
   * @throws IllegalStateException if the permits were not granted, or the reservation has been
   *     settled
   * @throws StoreException if the store fails; if {@link StoreException#mayHaveRun()} is false, the
   *     reservation can be settled again
   */
  @CanIgnoreReturnValue
  public Decision settle(long used) {
    return settle(each(used));
  }

  /**
   * Ends the reservation as {@link #settle(long)} does, with a number of permits for each limit. If
   * fewer permits were used of some limits and more of others, the store is called twice: first to
   * return permits, then to charge permits. If only the second call fails, the permits have been
   * returned, and the reservation cannot be settled again.
   *
   * @param used the number of permits that were used, for each limit of the policy
   * @return an allowed decision with the state after the call
   * @throws IllegalArgumentException if the policy has another number of limits
   */
  @CanIgnoreReturnValue
  public Decision settle(Cost used) {
    return settle(used.permitsOfLimits());
  }

  private Decision settle(List<Long> used) {
    List<Request> ends = begin(used);
    Decision last = null;
    for (Request end : ends) {
      try {
        last = calls.decide(end);
      } catch (RuntimeException e) {
        failed(e, end == ends.get(0));
        throw e;
      }
    }
    return Objects.requireNonNull(last);
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
   * Ends the reservation as {@link #settle(long)} does, without blocking.
   *
   * @param used the number of permits that were used, the same for each limit, 0 or more
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  public CompletableFuture<Decision> settleAsync(long used) {
    return settleAsync(each(used));
  }

  /**
   * Ends the reservation as {@link #settle(Cost)} does, without blocking.
   *
   * @param used the number of permits that were used, for each limit of the policy
   * @return a future of an allowed decision with the state after the call
   */
  @CanIgnoreReturnValue
  public CompletableFuture<Decision> settleAsync(Cost used) {
    return settleAsync(used.permitsOfLimits());
  }

  private CompletableFuture<Decision> settleAsync(List<Long> used) {
    List<Request> ends = begin(used);
    CompletableFuture<Decision> first =
        calls.decideAsync(ends.get(0), failure -> failed(failure, true));
    return ends.size() == 1 ? first : first.thenCompose(state -> calls.decideAsync(ends.get(1)));
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

  private List<Long> each(long used) {
    if (used < 0) {
      throw new IllegalArgumentException("used is " + used + "; it must be 0 or more");
    }
    if (used > 0 && reserved.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "used is %d, and %s were reserved; settle with a Cost that has a number for each limit"
              .formatted(used, reserved));
    }
    return Request.ofEachLimit(request.policy(), used);
  }

  /** Returns the requests that end the reservation: what is returned, then what is charged. */
  private List<Request> begin(List<Long> used) {
    if (used.size() != reserved.size()) {
      throw new IllegalArgumentException(
          "used is %s; it must have one number for each limit of policy %s, which has %d"
              .formatted(used, request.policy(), reserved.size()));
    }
    if (!allowed()) {
      throw new IllegalStateException("nothing was reserved; check allowed() first: " + decision);
    }
    if (!settled.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "the reservation has been settled already; settle or cancel it once");
    }
    List<Long> counted = counted(request.policy(), used);
    List<Long> less = new ArrayList<>();
    List<Long> more = new ArrayList<>();
    for (int i = 0; i < reserved.size(); i++) {
      long rest = reserved.get(i) - counted.get(i);
      less.add(Math.max(rest, 0));
      more.add(Math.max(-rest, 0));
    }
    List<Request> ends = new ArrayList<>(2);
    if (Collections.max(less) > 0) {
      ends.add(Request.returning(request, less, decision));
    }
    // If exactly the reserved permits were used, a charge of 0 permits returns the state.
    if (Collections.max(more) > 0 || ends.isEmpty()) {
      ends.add(charge(more));
    }
    return ends;
  }

  private Request charge(List<Long> permits) {
    return new Request.Charge(request.key(), request.policy(), permits, 0, true);
  }

  /** Allows another attempt if it is certain that nothing has been done. */
  private void failed(@Nullable Throwable failure, boolean first) {
    if (first && failure != null && isUndone(Delivery.cause(failure))) {
      settled.set(false);
    }
  }

  private static boolean isUndone(Throwable failure) {
    return failure instanceof WouldBlockException
        || (failure instanceof StoreException store && !store.mayHaveRun());
  }

  @Override
  public String toString() {
    return "reservation of " + permits() + ", " + decision;
  }
}
