package io.github.ratelimiter;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Permits of several keys that were taken together for a cost that is known later. Each part has a
 * {@link Reservation}, which is settled on its own. Thread-safe.
 *
 * <pre>{@code
 * JointReservation call = JointLimiter.of(user.part("42"), everybody.part("all")).reserve();
 * if (call.allowed() && !serve(request)) {
 *   call.cancel();
 * }
 * }</pre>
 */
public final class JointReservation {
  private final JointDecision decision;
  private final List<Reservation> reservations;

  JointReservation(JointDecision decision, List<Reservation> reservations) {
    this.decision = decision;
    this.reservations = List.copyOf(reservations);
  }

  /**
   * Returns whether the permits were granted. If they were not, none were consumed.
   *
   * @return true if every part that is not observed has granted its permits
   */
  public boolean allowed() {
    return decision.allowed();
  }

  /**
   * Returns the decision on the reserved permits.
   *
   * @return the decision
   */
  public JointDecision decision() {
    return decision;
  }

  /**
   * Returns the reservation of each part.
   *
   * @return a list in the order of the parts; a part that has taken no permits, because the call
   *     was refused or the part is observed and refuses, has a reservation that is not allowed
   */
  public List<Reservation> reservations() {
    return reservations;
  }

  /**
   * Ends the reservations of all parts, with nothing used. Does nothing if no permits were granted.
   *
   * @throws IllegalStateException if a part has been settled
   * @throws StoreException if the store fails; the parts after the one that failed stay reserved
   */
  public void cancel() {
    reservations.stream().filter(Reservation::allowed).forEach(Reservation::cancel);
  }

  /**
   * Ends the reservations of all parts as {@link #cancel} does, without blocking.
   *
   * @return a future that completes when all parts have ended
   */
  @CanIgnoreReturnValue
  public CompletableFuture<Void> cancelAsync() {
    return CompletableFuture.allOf(
        reservations.stream()
            .filter(Reservation::allowed)
            .map(Reservation::cancelAsync)
            .toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public String toString() {
    return "reservation, " + decision;
  }
}
