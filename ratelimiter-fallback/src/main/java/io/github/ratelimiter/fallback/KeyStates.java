package io.github.ratelimiter.fallback;

/**
 * What is kept for each key.
 *
 * @param lastKnown the last known states in the store; always, in local mode
 * @param pending what was admitted here and not counted by the store; during and after an outage
 * @param local the local states, which decide during an outage
 * @param reservations the reservations that were made here
 */
record KeyStates(
    LastKnownStates lastKnown,
    PendingUsages pending,
    LocalStates local,
    LocalReservations reservations) {
  static KeyStates of(FallbackBuilder settings, Shares shares, ShareGuard shareGuard) {
    return new KeyStates(
        new LastKnownStates(settings.maximumKeys),
        new PendingUsages(settings.maximumKeys),
        new LocalStates(settings, shares, shareGuard),
        new LocalReservations(settings.maximumKeys));
  }
}
