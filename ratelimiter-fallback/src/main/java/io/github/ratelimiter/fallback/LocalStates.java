package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The local states of the keys that are decided here. A state starts with the last known state of
 * the store and the pending usage. After an outage it determines what the store is charged.
 *
 * <p>A method with a pending usage as a parameter requires its lock.
 */
final class LocalStates {
  private final StateStore local;
  private final Shares shares;
  private final ShareGuard shareGuard;
  private final TimeSource time;

  LocalStates(FallbackBuilder settings, Shares shares, ShareGuard shareGuard) {
    this.local =
        LocalStateStore.builder()
            .maximumKeys(settings.maximumKeys)
            .timeSource(settings.timeSource)
            .build();
    this.shares = shares;
    this.shareGuard = shareGuard;
    this.time = settings.timeSource;
  }

  long nowMicros() {
    return time.nowMicros();
  }

  Decision decide(Request request) {
    return Objects.requireNonNull(local.tryDecide(request));
  }

  /** Refunds permits that are still owed. Others were granted by the store, and stay used. */
  Decision refund(PendingUsage usage, Request.Refund refund) {
    // The same number for each limit, so it is the same number for each version.
    Policy policy = refund.policy();
    long permits = usage.takeBack(policy, Request.ofEachLimit(policy, refund.permits()));
    return decide(
        permits > 0
            ? new Request.Refund(refund.key(), refund.policy(), permits)
            : new Request.Peek(refund.key(), refund.policy(), 1));
  }

  // --- the start of a state --------------------------------------------------------------------

  /** Records the share that decides. A share that has changed starts with the usage of the last. */
  void useShare(PendingUsage usage, String key, Policy policy, Policy share) {
    Policy before = usage.useVersion(policy, share);
    if (before != null && !before.equals(share)) {
      List<LimitStatus> then = decide(new Request.Peek(key, before, 1)).limits();
      List<LimitStatus> now = decide(new Request.Peek(key, share, 1)).limits();
      List<Long> more = new ArrayList<>();
      for (int i = 0; i < now.size(); i++) {
        more.add(Math.max(Usage.permits(then.get(i)) - Usage.permits(now.get(i)), 0));
      }
      decide(new Request.Charge(key, share, more, Usage.aheadMicros(then)));
    }
  }

  /**
   * Prepares the local state for a decision. While the guard is active, the state continues
   * whatever the store answers, because it also counts what the store grants to this instance.
   * Otherwise it starts again when there is a new answer.
   */
  void prepare(
      PendingUsage usage, PolicyKey key, LastKnownState lastKnown, Policy policy, Policy share) {
    LastKnownState.Answer answer = lastKnown.answer();
    if (usage.hasState() && shareGuard.isActive()) {
      usage.includes(answer);
    } else if (usage.mustStartFrom(answer)) {
      start(usage, key, answer, policy, share);
    }
  }

  /** Starts the state with the share of what the answer says is used, and the pending usage. */
  private void start(
      PendingUsage usage,
      PolicyKey key,
      LastKnownState.@Nullable Answer answer,
      Policy policy,
      Policy share) {
    usage.startState(answer);
    if (usage.tracked) {
      decide(new Request.Reset(key.key(), share));
    }
    if (answer != null) {
      // Another version may have used more than this one can hold.
      Policy then = answer.decision().policy();
      Policy shareThen = shares.of(then, key.key());
      decide(
          shareThen == null
              ? usedInStore(answer, key.key(), policy, share)
              : usedInStore(answer, key.key(), then, shareThen));
    }
    chargePending(usage, key.key(), policy, share);
  }

  /** Returns a charge for what an answer says is used, in proportion to the share. */
  private Request.Charge usedInStore(
      LastKnownState.Answer answer, String key, Policy version, Policy share) {
    List<LimitStatus> store = LastKnownState.estimate(answer, key, version, time.nowMicros());
    List<LimitStatus> here = decide(new Request.Peek(key, share, 1)).limits();
    List<Long> used = new ArrayList<>();
    for (int i = 0; i < here.size(); i++) {
      LimitStatus status = store.get(i);
      long capacity = here.get(i).limit().capacity();
      long part = Usage.partUp(Usage.permits(status), capacity, status.limit().capacity());
      used.add(Math.max(part - (capacity - here.get(i).remaining()), 0));
    }
    return new Request.Charge(key, share, used, Usage.aheadMicros(store));
  }

  private void chargePending(PendingUsage usage, String key, Policy policy, Policy share) {
    if (!usage.isSettled()) {
      List<LimitStatus> limits = decide(new Request.Peek(key, share, 1)).limits();
      long reserved = usage.reservedFor(time.nowMicros());
      long ahead = Math.max(reserved, Usage.aheadMicros(limits));
      // As if all of them were used at the last turn: none is refilled before it.
      List<Long> each = new ArrayList<>();
      for (int i = 0; i < limits.size(); i++) {
        each.add(usage.permits(policy, i) + Usage.regained(limits.get(i), reserved));
      }
      decide(new Request.Charge(key, share, each, ahead));
    }
  }

  // --- the charge to the store -----------------------------------------------------------------

  /**
   * Returns the charge for a pending usage; null if there is none. If it is unknown what the store
   * has counted, the charge is of 0 permits. Its answer says what the store has counted.
   *
   * <p>Permits that are available again are not charged. If several versions decided here, the
   * charge is for the version with the most permits in use; the store counts it for all versions.
   */
  Request.@Nullable Charge charge(PolicyKey key, PendingUsage usage) {
    if (!usage.mustBeCharged()) {
      return null;
    }
    Request.Charge charge = null;
    long most = 0;
    for (Map.Entry<Policy, Policy> version : usage.versions().entrySet()) {
      List<Long> used = used(key.key(), version.getValue());
      long largest = Collections.max(used);
      if (largest > 0 && largest >= most) {
        most = largest;
        List<Long> permits = new ArrayList<>();
        for (int i = 0; i < used.size(); i++) {
          permits.add(Math.min(usage.owed(version.getKey(), i), used.get(i)));
        }
        long ahead = usage.reservedFor(time.nowMicros());
        charge = charge(key.key(), version.getKey(), permits, ahead);
      }
    }
    return charge;
  }

  /**
   * Returns a charge of permits, of which the last is used later. If this is the only instance, the
   * charge includes what the store's bucket refills until then: the bucket may have more than the
   * local one, on which the turns are based. With several instances it would delay all others until
   * the last turn.
   */
  private Request.Charge charge(String key, Policy policy, List<Long> permits, long ahead) {
    List<Long> each = new ArrayList<>(permits);
    if (ahead > 0 && !shares.areSeveral()) {
      for (int i = 0; i < each.size(); i++) {
        each.set(i, each.get(i) + Usage.refilled(policy.limits().get(i), ahead));
      }
    }
    return new Request.Charge(key, policy, each, ahead);
  }

  /** Returns the permits of each limit that are in use here. */
  private List<Long> used(String key, Policy counted) {
    return decide(new Request.Peek(key, counted, 1)).limits().stream().map(Usage::permits).toList();
  }

  /** Removes the local state of a key. The store has counted all of it. */
  void remove(PolicyKey key, PendingUsage usage) {
    usage.versions().values().stream()
        .findFirst()
        .ifPresent(any -> decide(new Request.Reset(key.key(), any)));
  }
}
