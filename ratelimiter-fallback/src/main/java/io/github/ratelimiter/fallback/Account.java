package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was admitted for one key without the store: kept from the first such decision until the
 * store has been told. All fields are guarded by the account itself; nothing is waited for
 * meanwhile.
 *
 * <p>A permit that was admitted here is in one of three places: {@code admitted}, {@code charging}
 * or {@code uncertain}. It moves from the first to the second when a charge is sent, and back if
 * the charge certainly was not carried out.
 */
final class Account {
  /** As many as a state holds counters of versions that do not decide. */
  private static final int MOST_VERSIONS = 16;

  /** Whether the ledger keeps it; an account that nobody keeps serves one call. */
  final boolean kept;

  /** Permits admitted here that the store certainly has not counted. */
  long admitted;

  /**
   * How many charges were sent and not taken back: what they hold is not admitted here any more.
   */
  long charges;

  /** Permits of the charge that is on its way. */
  long charging;

  /** Permits admitted here that the store may have counted: they are never charged. */
  long uncertain;

  /** How many of the uncertain ones there were when the charge was sent: its answer tells. */
  long uncertainBefore;

  /**
   * The number of the key's last request when the last of them came: a later one's answer tells.
   */
  long uncertainUntil;

  /**
   * The versions of the policy under which something was decided here, the latest last, and what
   * counted for each: a share of it, or the version itself.
   */
  private final Map<Policy, Policy> versions = new LinkedHashMap<>();

  /** The turns that were given here and have not come yet, and how many callers have each. */
  private final NavigableMap<Long, Integer> turns = new TreeMap<>();

  /** Whether there is a state here, and the store's answer that it began with. */
  boolean begun;

  /** How often the state has begun anew: it knows nothing of what was taken from it before. */
  long beginnings;

  LastAnswers.@Nullable Answer lastAnswer;

  /** Until when callers of this key are answered here, though the store is asked by others. */
  long hereUntil = Long.MIN_VALUE;

  /** The charge that is on its way: completes with what it failed with, or with null. */
  @Nullable CompletableFuture<@Nullable Throwable> sending;

  /** Whether it was removed: another account may have taken its place. */
  boolean gone;

  Account(boolean kept) {
    this.kept = kept;
  }

  /**
   * Notes under which version a decision is made here, and what counts for it.
   *
   * @return what has counted for it so far, or null
   */
  @Nullable Policy decides(Policy version, Policy counted) {
    Policy before = versions.remove(version);
    versions.put(version, counted);
    if (versions.size() > MOST_VERSIONS) {
      versions.remove(versions.keySet().iterator().next());
    }
    return before;
  }

  /** What counts for each version under which something was decided here. */
  Map<Policy, Policy> versions() {
    return versions;
  }

  /**
   * Notes permits that were admitted here, and whether the store certainly has not counted them.
   */
  void admit(long permits, boolean certain, LastAnswers.Key key) {
    if (certain) {
      admitted += permits;
    } else {
      uncertain += permits;
      uncertainUntil = key.asked();
    }
  }

  /** Notes a reservation that was made here. */
  void reserved(Grant grant) {
    turns.headMap(grant.atMicros(), true).clear();
    turns.merge(grant.usedAtMicros(), 1, Integer::sum);
  }

  /** Notes that a reservation was given up. */
  void givenUp(Grant grant) {
    turns.computeIfPresent(
        grant.usedAtMicros(), (turn, callers) -> callers == 1 ? null : callers - 1);
  }

  /** How long until the last permit that was reserved here is used, in microseconds. */
  long reservedFor(long now) {
    return turns.isEmpty() ? 0 : Math.max(turns.lastKey() - now, 0);
  }

  /** The store has answered a request of this number. */
  void answered(long number) {
    if (number > uncertainUntil) {
      uncertain = 0;
    }
  }

  /** The charge has been answered. */
  void charged() {
    charging = 0;
    uncertain = Math.max(uncertain - uncertainBefore, 0);
  }

  boolean isSettled() {
    return admitted == 0 && charging == 0 && uncertain == 0;
  }
}
