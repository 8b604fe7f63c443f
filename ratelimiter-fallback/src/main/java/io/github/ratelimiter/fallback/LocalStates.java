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
 * The states of keys that are decided here: what they begin with, and what the store is told of
 * them. What is done with the state of an account requires the account's lock.
 */
final class LocalStates {
  private final StateStore local;
  private final Shares shares;
  private final SharesBind sharesBind;
  private final TimeSource time;

  LocalStates(FallbackBuilder settings, Shares shares, SharesBind sharesBind) {
    this.local =
        LocalStateStore.builder()
            .maximumKeys(settings.maximumKeys)
            .timeSource(settings.timeSource)
            .build();
    this.shares = shares;
    this.sharesBind = sharesBind;
    this.time = settings.timeSource;
  }

  Decision decide(Request request) {
    return Objects.requireNonNull(local.tryDecide(request));
  }

  /** Gives back permits, less what the share may have regained of them since. */
  void giveBack(String key, Policy share, long permits, long takenAt) {
    long now = time.nowMicros();
    long regained =
        share.limits().stream()
            .mapToLong(limit -> Regained.atMost(limit, takenAt, now, permits))
            .max()
            .orElse(permits);
    if (regained < permits) {
      decide(new Request.Refund(key, share, permits - regained));
    }
  }

  // --- what a state begins with ----------------------------------------------------------------

  /** A share that has changed starts with what is used of the one before. */
  void decides(Account account, String key, Policy policy, Policy share) {
    Policy before = account.decides(policy, share);
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
   * While shares bind, the state here goes on whatever the store answers: it counts what the store
   * grants to this instance as well.
   */
  void goOn(Account account, Name name, LastAnswers.Key known, Policy policy, Policy share) {
    if (account.begun && sharesBind.areOn()) {
      account.lastAnswer = known.last();
    } else {
      goOnFromLastAnswer(account, name, known, policy, share);
    }
  }

  /**
   * Begins anew whenever the store has answered something since: with what it said was used, in
   * proportion, and what was admitted here and is not in that answer.
   */
  private void goOnFromLastAnswer(
      Account account, Name name, LastAnswers.Key known, Policy policy, Policy share) {
    LastAnswers.Answer answer = known.last();
    if (account.begun && (answer == null || answer == account.lastAnswer)) {
      return;
    }
    account.begun = true;
    account.beginnings++;
    account.lastAnswer = answer;
    if (account.kept) {
      decide(new Request.Reset(name.key(), share));
    }
    if (answer != null) {
      account.answered(answer.number());
      // Another version may have used more than this one can hold.
      Policy then = answer.decision().policy();
      Policy shareThen = shares.of(then, name.key());
      decide(
          shareThen == null
              ? usedBefore(answer, name.key(), policy, share)
              : usedBefore(answer, name.key(), then, shareThen));
    }
    long besides = account.admitted + account.charging + account.uncertain;
    if (besides > 0) {
      List<LimitStatus> limits = decide(new Request.Peek(name.key(), share, 1)).limits();
      long reserved = account.reservedFor(time.nowMicros());
      long ahead = Math.max(reserved, Usage.aheadMicros(limits));
      // As if all of them were used at the last turn: nothing of it is regained before.
      List<Long> each =
          limits.stream().map(status -> besides + Usage.regained(status, reserved)).toList();
      decide(new Request.Charge(name.key(), share, each, ahead));
    }
  }

  /** What an answer says is used of a version's share, and is not counted here yet. */
  private Request.Charge usedBefore(
      LastAnswers.Answer answer, String key, Policy version, Policy share) {
    List<LimitStatus> left = LastAnswers.left(answer, key, version, time.nowMicros());
    List<LimitStatus> here = decide(new Request.Peek(key, share, 1)).limits();
    List<Long> used = new ArrayList<>();
    for (int i = 0; i < here.size(); i++) {
      LimitStatus status = left.get(i);
      long capacity = here.get(i).limit().capacity();
      long part = Usage.partUp(Usage.permits(status), capacity, status.limit().capacity());
      used.add(Math.max(part - (capacity - here.get(i).remaining()), 0));
    }
    return new Request.Charge(key, share, used, Usage.aheadMicros(left));
  }

  // --- what the store is told ------------------------------------------------------------------

  /**
   * The charge for an account, of which its lock is held; null if there is nothing to say. If
   * nobody knows what the store has counted, a charge of nothing asks.
   *
   * <p>What has come back by itself need not be charged. Of several versions that decided here one
   * charge tells the store, which counts it for all: that of the version that has most in use.
   */
  Request.@Nullable Charge owed(Name name, Account account) {
    if (account.admitted == 0 && account.uncertain == 0) {
      return null;
    }
    Request.Charge owed = null;
    long most = 0;
    for (Map.Entry<Policy, Policy> version : account.versions().entrySet()) {
      List<Long> used = used(name.key(), version.getValue());
      long largest = Collections.max(used);
      if (largest > 0 && largest >= most) {
        most = largest;
        List<Long> permits = used.stream().map(some -> Math.min(account.admitted, some)).toList();
        owed = charge(name.key(), version.getKey(), permits, account.reservedFor(time.nowMicros()));
      }
    }
    return owed;
  }

  /**
   * A charge, of which the last permit is used so much later. Where this instance is the only one,
   * nothing is regained before: the store's bucket may be fuller than the one here, on which the
   * turns were based. Where there are several, that would hold up all others until the last turn.
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

  /** What of each limit is still in use here. */
  private List<Long> used(String key, Policy counted) {
    return decide(new Request.Peek(key, counted, 1)).limits().stream().map(Usage::permits).toList();
  }

  /** The store knows all that was used: next time its last answer is what counts. */
  void forget(Name name, Account account) {
    account.versions().values().stream()
        .findFirst()
        .ifPresent(any -> decide(new Request.Reset(name.key(), any)));
  }
}
