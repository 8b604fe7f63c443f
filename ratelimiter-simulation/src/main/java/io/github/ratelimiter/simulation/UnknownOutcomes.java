package io.github.ratelimiter.simulation;

import io.github.ratelimiter.store.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reservations and holds of unknown outcome, for callers that learn of the failure later. */
final class UnknownOutcomes {
  /** When each of them failed. */
  private final Map<Pending, Long> reservations = new LinkedHashMap<>();

  private final Map<Pending, Long> holds = new LinkedHashMap<>();

  /** Adds a request that failed and may have run. Ignored unless it is a reservation or a hold. */
  void add(Pending failed, long now) {
    if (failed.request() instanceof Request.Reserve) {
      reservations.put(failed, now);
    } else if (Recorder.holds(failed.request())) {
      holds.put(failed, now);
    }
  }

  /** A caller that waits learns of a failure of the store long after it happened. */
  @Nullable Pending takeReservation(Call call, long reservedAt) {
    for (Map.Entry<Pending, Long> each : reservations.entrySet()) {
      if (each.getValue() == reservedAt && isOf(each.getKey(), call)) {
        reservations.remove(each.getKey());
        return each.getKey();
      }
    }
    return null;
  }

  /** A joint call is answered when all its parts are decided. */
  @Nullable Pending takeHold(Call call) {
    for (Map.Entry<Pending, Long> each : holds.entrySet()) {
      Pending failed = each.getKey();
      if (each.getValue() >= call.start()
          && failed.instance() == call.instance()
          && isOf(failed, call)) {
        holds.remove(failed);
        return failed;
      }
    }
    return null;
  }

  /**
   * Returns whether a call was decided by the fallback because this request of it to the store has
   * an unknown outcome.
   */
  static boolean isOf(Pending failed, Call call) {
    Request request = failed.request();
    return failed.isUnknown()
        && (request instanceof Request.Acquire
            || Recorder.holds(request)
            || request instanceof Request.Reserve)
        && request.key().equals(call.key())
        && request.permits() == call.permits();
  }
}
