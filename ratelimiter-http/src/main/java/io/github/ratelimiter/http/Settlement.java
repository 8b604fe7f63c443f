package io.github.ratelimiter.http;

import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.Reservation;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Settles the reservations of a request once its response is complete. Thread-safe. */
final class Settlement {
  static final Settlement NONE = new Settlement(List.of(), List.of(), failure -> {});

  private final List<RequestCharge> charges;
  private final List<Reservation> reservations;
  private final Consumer<Throwable> onFailure;
  private final AtomicBoolean settled = new AtomicBoolean();

  private Settlement(
      List<RequestCharge> charges, List<Reservation> reservations, Consumer<Throwable> onFailure) {
    this.charges = charges;
    this.reservations = reservations;
    this.onFailure = onFailure;
  }

  static Settlement of(Charges charges, JointReservation made, Consumer<Throwable> onFailure) {
    return charges.areSettled()
        ? new Settlement(charges.each(), made.reservations(), onFailure)
        : NONE;
  }

  void settle(HttpResponse response) {
    // All threads share NONE, so it is never written.
    if (!charges.isEmpty() && settled.compareAndSet(false, true)) {
      for (int i = 0; i < charges.size(); i++) {
        settle(charges.get(i), reservations.get(i), response);
      }
    }
  }

  private void settle(RequestCharge charge, Reservation reservation, HttpResponse response) {
    if (charge.responseCost().isEmpty() || !reservation.allowed()) {
      return;
    }
    try {
      long reserved = reservation.permits();
      long used = charge.responseCost().get().permits(reserved, response);
      if (used != reserved) {
        reservation
            .settleAsync(used)
            .whenComplete(
                (state, failure) -> {
                  if (failure != null) {
                    onFailure.accept(failure);
                  }
                });
      }
    } catch (RuntimeException e) {
      onFailure.accept(e);
    }
  }
}
