package io.github.ratelimiter.fallback;

import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.Grant;
import org.jspecify.annotations.Nullable;

/*
 * A reservation is found by the value of its grant. Its identity would be wrong: a record has no
 * identity to rely on, and a store between the caller and this one may pass on a copy. The grants of
 * two states differ in the generation, which is random. Grants of one state are equal only if they
 * have the same number of permits, were made at the same instant and have the same turn. Nothing
 * distinguishes such reservations, so it is enough to count them.
 */
/**
 * The reservations that were made here and not cancelled, up to a maximum number. The store does
 * not know them. Thread-safe.
 */
final class LocalReservations {
  /**
   * One reservation, or several with equal grants.
   *
   * @param usage the pending usage of its key
   * @param chargeNumber the number of the charge that its permits belong to
   * @param chargeable whether its permits are charged to the store
   * @param count how many reservations have an equal grant
   */
  record Reservation(PendingUsage usage, long chargeNumber, boolean chargeable, int count) {
    /** Returns whether its permits are owed to the store, and not charged yet. */
    boolean isOwedIn(PendingUsage now) {
      return chargeable && usage == now && chargeNumber == now.chargeNumber();
    }

    /**
     * Returns this with one more reservation. If they belong to different charges, it is unknown
     * which one a caller cancels later. Then a cancellation does not reduce the pending usage.
     */
    private Reservation and(Reservation other) {
      boolean same = usage == other.usage && chargeNumber == other.chargeNumber;
      return new Reservation(
          usage, chargeNumber, same && chargeable && other.chargeable, count + other.count);
    }

    private Reservation lessOne() {
      return new Reservation(usage, chargeNumber, chargeable, count - 1);
    }
  }

  private final BoundedMap<Grant, Reservation> reservations;

  LocalReservations(long maximum) {
    reservations = new BoundedMap<>(maximum);
  }

  boolean contains(Grant grant) {
    return reservations.get(grant) != null;
  }

  /** Adds a reservation. Requires the lock of the pending usage. */
  void add(Grant grant, PendingUsage usage, boolean chargeable) {
    Reservation made = new Reservation(usage, usage.chargeNumber(), chargeable, 1);
    Reservation equal = reservations.get(grant);
    reservations.put(grant, equal == null ? made : equal.and(made));
    usage.reserved(grant);
  }

  /**
   * Removes a reservation. Requires the lock of the key's pending usage.
   *
   * @return the reservation; null if it was not made here, or was cancelled before
   */
  @Nullable Reservation remove(Grant grant, PendingUsage usage) {
    Reservation made = reservations.remove(grant);
    if (made == null) {
      return null;
    }
    if (made.count > 1) {
      reservations.put(grant, made.lessOne());
    }
    if (made.usage == usage) {
      usage.cancelled(grant);
    }
    return made;
  }
}
