package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.store.Grant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one key that were admitted here and that the store has not counted yet. It exists
 * from the first decision here until the store has counted all of them. The lock of this object
 * guards all fields; it is never held during I/O.
 *
 * <p>A permit that was admitted here is in one of three fields: {@code owed}, {@code charging} or
 * {@code uncertain}. When a charge is sent, the owed permits become charging. If the charge fails
 * and was certainly not carried out, they become owed again.
 */
final class PendingUsage {
  /** A state also holds this many counters of versions that do not decide. */
  private static final int MAXIMUM_VERSIONS = 16;

  /** Whether {@link PendingUsages} holds it. If not, it serves one call. */
  final boolean tracked;

  /** Permits admitted here that the store certainly has not counted. */
  private OwedPermits owed = new OwedPermits();

  /** Permits of the charge that is being sent. */
  private OwedPermits charging = new OwedPermits();

  /** Permits admitted here that the store may have counted. They are never charged. */
  private long uncertain;

  /** The uncertain permits at the time of the charge. Its answer includes them. */
  private long uncertainWhenCharged;

  /** The answer to a request with a number above this includes all uncertain permits. */
  private long uncertainUntil;

  /** The number of charges that were sent, except those that were certainly not carried out. */
  private long charges;

  /** The charge that is being sent: completes with its failure, or with null if it succeeds. */
  @Nullable CompletableFuture<@Nullable Throwable> chargeInFlight;

  /** For each version of the policy that decided here, the policy that was counted: its share. */
  private final Map<Policy, Policy> versions = new LinkedHashMap<>();

  /** For each turn of a reservation made here that has not come yet, the number of callers. */
  private final NavigableMap<Long, Integer> turns = new TreeMap<>();

  /** Whether there is a local state. */
  private boolean hasState;

  /** The answer that the local state includes; null if the store had not answered. */
  private LastKnownState.@Nullable Answer includedAnswer;

  /** Until this instant the key is decided here, although the store is asked for other keys. */
  long decideHereUntil = Long.MIN_VALUE;

  /** Whether it was removed. Another one may have replaced it. */
  boolean removed;

  PendingUsage(boolean tracked) {
    this.tracked = tracked;
  }

  // --- versions --------------------------------------------------------------------------------

  /**
   * Records that a version of the policy decides here.
   *
   * @param counted the policy that is counted for it
   * @return the policy that was counted for it before; null if there was none
   */
  @Nullable Policy useVersion(Policy version, Policy counted) {
    Policy before = versions.remove(version);
    versions.put(version, counted);
    if (versions.size() > MAXIMUM_VERSIONS) {
      Policy first = versions.keySet().iterator().next();
      versions.remove(first);
      owed.forget(first);
      charging.forget(first);
    }
    return before;
  }

  /** Returns the policy that is counted for each version, the version used last at the end. */
  Map<Policy, Policy> versions() {
    return versions;
  }

  // --- permits ---------------------------------------------------------------------------------

  /**
   * Adds permits that were admitted here.
   *
   * @param version the version of the policy that decided
   * @param permits for each of its limits, how many
   * @param certain whether the store certainly has not counted them
   */
  void admit(Policy version, List<Long> permits, boolean certain, LastKnownState lastKnown) {
    if (certain) {
      owed.add(version, permits);
    } else {
      admitUncertain(Collections.max(permits), lastKnown);
    }
  }

  private void admitUncertain(long permits, LastKnownState lastKnown) {
    uncertain += Math.min(permits, Domain.MAX_PERMITS);
    uncertainUntil = lastKnown.lastNumber();
  }

  /**
   * Removes permits that were admitted here and not used, as far as they are still owed.
   *
   * @return how many were removed of all limits
   */
  long takeBack(Policy version, List<Long> permits) {
    return owed.remove(version, permits);
  }

  /** Returns the permits of a limit that the store certainly has not counted. */
  long owed(Policy version, int limit) {
    return owed.of(version, limit);
  }

  /**
   * Returns the permits of a limit that were admitted here and that the store may not have counted.
   */
  long permits(Policy version, int limit) {
    return owed.of(version, limit) + charging.of(version, limit) + uncertain;
  }

  boolean isSettled() {
    return owed.most() + charging.most() + uncertain == 0;
  }

  boolean mustBeCharged() {
    return owed.most() > 0 || uncertain > 0;
  }

  // --- charges ---------------------------------------------------------------------------------

  /** Moves the owed permits to a charge that is about to be sent. */
  CompletableFuture<@Nullable Throwable> startCharge() {
    charges++;
    charging = owed;
    owed = new OwedPermits();
    uncertainWhenCharged = uncertain;
    CompletableFuture<@Nullable Throwable> charge = new CompletableFuture<>();
    chargeInFlight = charge;
    return charge;
  }

  /**
   * The store has answered the charge.
   *
   * @return the permits that it held
   */
  long chargeAnswered() {
    chargeInFlight = null;
    long charged = charging.most();
    charging = new OwedPermits();
    uncertain = Math.max(uncertain - uncertainWhenCharged, 0);
    return charged;
  }

  /** The charge has failed. */
  void chargeFailed(boolean mayHaveRun, LastKnownState lastKnown) {
    chargeInFlight = null;
    OwedPermits permits = charging;
    charging = new OwedPermits();
    if (permits.most() == 0) {
      return;
    }
    if (mayHaveRun) {
      admitUncertain(permits.most(), lastKnown);
    } else {
      owed.addAll(permits);
      charges--;
    }
  }

  /** Returns the number of the next charge. Permits admitted now are part of it. */
  long chargeNumber() {
    return charges;
  }

  // --- reservations ----------------------------------------------------------------------------

  /** Adds a reservation that was made here. */
  void reserved(Grant grant) {
    turns.headMap(grant.atMicros(), true).clear();
    turns.merge(grant.usedAtMicros(), 1, Integer::sum);
  }

  /** Removes a reservation that was cancelled. */
  void cancelled(Grant grant) {
    turns.computeIfPresent(
        grant.usedAtMicros(), (turn, callers) -> callers == 1 ? null : callers - 1);
  }

  /** Returns the time until the last permit that was reserved here is used, in microseconds. */
  long reservedFor(long nowMicros) {
    return turns.isEmpty() ? 0 : Math.max(turns.lastKey() - nowMicros, 0);
  }

  // --- the local state -------------------------------------------------------------------------

  boolean hasState() {
    return hasState;
  }

  /** Returns whether the local state must start again to include an answer. */
  boolean mustStartFrom(LastKnownState.@Nullable Answer answer) {
    return !hasState || (answer != null && answer != includedAnswer);
  }

  /** Records that the local state starts again, from an answer. */
  void startState(LastKnownState.@Nullable Answer answer) {
    hasState = true;
    includedAnswer = answer;
    if (answer != null && answer.number() > uncertainUntil) {
      uncertain = 0;
    }
  }

  /** Records that the local state includes an answer already. */
  void includes(LastKnownState.@Nullable Answer answer) {
    includedAnswer = answer;
  }
}
