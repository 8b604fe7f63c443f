package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Call.Operation;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the limiter of an instance has reported to its observers: every call, exactly once. */
final class Reports implements CallObserver {
  private final Map<Operation, Integer> reported = new EnumMap<>(Operation.class);
  private int notEnded;
  private int endedTwice;

  /** Calls that did not go through the limiter. */
  private int bypassed;

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    count(Operation.ACQUIRE);
  }

  @Override
  public void onDecision(io.github.ratelimiter.Call call, Decision decision) {
    count(call.operation());
  }

  @Override
  public Observation onCall(io.github.ratelimiter.Call begun) {
    notEnded++;
    return new Observation() {
      private boolean ended;

      @Override
      public void ended(
          io.github.ratelimiter.Call call,
          @Nullable Decision decision,
          @Nullable Throwable failure) {
        if (ended) {
          endedTwice++;
        } else {
          ended = true;
          notEnded--;
          count(call.operation());
        }
      }
    };
  }

  private void count(Operation operation) {
    reported.merge(operation, 1, Integer::sum);
  }

  void bypassed() {
    bypassed++;
  }

  /** Returns what is wrong with the reports of calls that are all over; null if nothing is. */
  @Nullable String wrong(List<Call> calls) {
    if (notEnded > 0 || endedTwice > 0) {
      return notEnded + " calls were never reported as ended, and " + endedTwice + " twice";
    }
    Map<Operation, Integer> made = new EnumMap<>(Operation.class);
    calls.forEach(call -> made.merge(operation(call), 1, Integer::sum));
    made.merge(Operation.ACQUIRE, -bypassed, Integer::sum);
    for (Operation operation : Operation.values()) {
      int expected = made.getOrDefault(operation, 0);
      int actual = reported(operation);
      if (actual != expected && !isOfReservation(operation)) {
        return actual + " of " + expected + " calls of " + operation + " were reported";
      }
    }
    return null;
  }

  /** A part of a joint call that another part refused is reported as a peek. */
  private int reported(Operation operation) {
    int own = reported.getOrDefault(operation, 0);
    return switch (operation) {
      case ACQUIRE -> own + reported.getOrDefault(Operation.PEEK, 0);
      case PEEK -> 0;
      default -> own;
    };
  }

  /** The calls that settle reservations are not in the list of calls. */
  private static boolean isOfReservation(Operation operation) {
    return operation == Operation.SETTLE || operation == Operation.RECORD;
  }

  private static Operation operation(Call call) {
    return switch (call.kind()) {
      case WAIT, CANCEL -> Operation.ACQUIRE_WAITING;
      case REFUND -> Operation.REFUND;
      case RESET -> Operation.RESET;
      case DRAIN -> Operation.DRAIN;
      case RESERVE, RESERVE_RANGE, RESERVE_COST -> Operation.RESERVE;
      default -> Operation.ACQUIRE;
    };
  }
}
