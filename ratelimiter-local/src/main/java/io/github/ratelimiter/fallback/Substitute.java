package io.github.ratelimiter.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.local.LocalStateStore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Who answers what, without the store:
 *
 *   acquire, book   by the mode; what is admitted goes into the ledger
 *   peek            what acquire would be told
 *   refund, cancel  what was admitted here and not used need not be charged to the store
 *   lease           refused: permits are not promised on behalf of a store that does not answer
 *   give back       dropped: a lease ends by itself
 *   reset, charge   not here: who asks must know that it did not happen
 */
/**
 * Answers in the store's place: by a rule, or by a store of its own under a share of the policy.
 */
final class Substitute {
  private final StateStore local;
  private final Ledger ledger;
  private final Shares shares;
  private final SharesBind sharesBind;
  private final LastAnswers lastAnswers;
  private final TimeSource time;
  private final Answers answers;

  /** Bookings that were made here, found by their identity; whether they are in the ledger. */
  private final Cache<Grant, Boolean> booked;

  Substitute(
      FallbackBuilder settings,
      Ledger ledger,
      Shares shares,
      SharesBind sharesBind,
      LastAnswers lastAnswers,
      LongSupplier retryAfterMicros) {
    this.local =
        LocalStateStore.builder()
            .maximumKeys(settings.maximumKeys)
            .timeSource(settings.timeSource)
            .build();
    this.ledger = ledger;
    this.shares = shares;
    this.sharesBind = sharesBind;
    this.lastAnswers = lastAnswers;
    this.time = settings.timeSource;
    this.answers = new Answers(retryAfterMicros);
    this.booked =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumSize(settings.maximumKeys)
            .executor(Runnable::run)
            .build();
  }

  /** Whether a request can be answered here at all. */
  static boolean answers(Request request) {
    return !(request instanceof Request.Reset || request instanceof Request.Charge);
  }

  /** Whether a booking was made here, so that the store knows nothing of it. */
  boolean knows(Grant grant) {
    return booked.getIfPresent(grant) != null;
  }

  /**
   * The answer.
   *
   * @param counts whether what is admitted is to be charged to the store: not if the store may have
   *     counted it already
   */
  Decision decide(Request request, Name name, FallbackMode mode, boolean counts) {
    if (request instanceof Request.Lease) {
      return answers.refused(request.policy());
    }
    if (request instanceof Request.GiveBack) {
      return answers.unknown(request.policy(), Decision.Outcome.ALLOWED, 0, 0);
    }
    long permits = permits(request);
    if (mode != FallbackMode.LOCAL && permits > request.policy().capacity()) {
      return answers.impossible(request.policy(), permits);
    }
    if (mode == FallbackMode.REFUSE) {
      return permits > 0
          ? answers.refused(request.policy())
          : answers.unknown(request.policy(), Decision.Outcome.ALLOWED, 0, 0);
    }
    Function<Account, Decision> answer =
        mode == FallbackMode.ALLOW
            ? account -> allow(account, name, request, permits, counts)
            : account -> share(account, name, request, permits, counts);
    return request instanceof Request.Cancel && ledger.find(name) == null
        ? answers.unknown(request.policy(), Decision.Outcome.ALLOWED, 0, 0)
        : ledger.with(name, answer);
  }

  /** Whether a request asks for permits, or whether there are any. */
  static boolean wantsPermits(Request request) {
    return request instanceof Request.Lease || permits(request) > 0;
  }

  /** What the store may grant a request at most. */
  static long mostGranted(Request request) {
    long permits =
        request instanceof Request.Lease lease
            ? lease.max()
            : request instanceof Request.Peek ? 0 : permits(request);
    return permits > request.policy().capacity() ? 0 : permits;
  }

  /** What a request wants to have admitted; 0 if nothing. */
  private static long permits(Request request) {
    if (request instanceof Request.Acquire acquire) {
      return acquire.permits();
    }
    if (request instanceof Request.Book book) {
      return book.permits();
    }
    return request instanceof Request.Peek peek ? peek.permits() : 0;
  }

  // --- allow -----------------------------------------------------------------------------------

  /** The account is kept under the whole policy: what a key is charged for is never more. */
  private Decision allow(
      Account account, Name name, Request request, long permits, boolean counts) {
    Policy policy = request.policy();
    account.decides(policy, policy);
    Decision state;
    if (request instanceof Request.Acquire || request instanceof Request.Book) {
      state =
          here(
              new Request.Charge(
                  request.key(), policy, Collections.nCopies(policy.limits().size(), permits)));
      account.admit(permits, counts, lastAnswers.of(name));
    } else if (request instanceof Request.Refund refund) {
      state = refunded(account, refund);
    } else {
      state = here(new Request.Peek(request.key(), policy, 1));
    }
    return Answers.numbers(policy, Decision.Outcome.ALLOWED, 0, 0, state);
  }

  // --- local -----------------------------------------------------------------------------------

  private Decision share(
      Account account, Name name, Request request, long permits, boolean counts) {
    Policy policy = request.policy();
    String key = request.key();
    Policy share = shares.of(policy, key);
    if (share == null) {
      return permits > 0
          ? answers.refused(policy)
          : answers.unknown(policy, Decision.Outcome.ALLOWED, 0, 0);
    }
    account.decides(policy, share);
    LastAnswers.Key known = lastAnswers.of(name);
    long unanswered = known.unanswered();
    goOn(account, name, known, policy, share);
    if (request instanceof Request.Acquire) {
      if (!hasRoom(key, share, permits, unanswered)) {
        return answers.refusedForNow(policy, here(new Request.Peek(key, share, 1)));
      }
      Decision decision = here(new Request.Acquire(key, share, permits));
      if (decision.allowed()) {
        account.admit(permits, counts, known);
      }
      return answers.underPolicy(policy, permits, decision);
    }
    if (request instanceof Request.Book book) {
      if (!hasRoom(key, share, permits, unanswered)) {
        return answers.refusedForNow(policy, here(new Request.Peek(key, share, 1)));
      }
      Decision decision = here(new Request.Book(key, share, permits, book.maxWaitMicros()));
      if (decision.allowed()) {
        account.admit(permits, counts, known);
      }
      decision.grant().ifPresent(grant -> booked.put(grant, counts));
      return answers.underPolicy(policy, permits, decision);
    }
    if (request instanceof Request.Peek) {
      return answers.underPolicy(policy, permits, here(new Request.Peek(key, share, permits)));
    }
    Decision state =
        request instanceof Request.Refund refund
            ? refunded(account, new Request.Refund(key, share, refund.permits()))
            : cancelled(account, (Request.Cancel) request, share);
    return Answers.numbers(policy, Decision.Outcome.ALLOWED, 0, 0, state);
  }

  /**
   * Takes what a request asks for from the share, if that has it, before the store is asked. The
   * state goes on from the outage, or from the last answer before it: what the store answers now
   * does not tell yet what other instances admitted.
   */
  Decision reserve(Request request, Name name) {
    Policy policy = request.policy();
    return ledger.with(
        name,
        account -> {
          Policy share = shares.of(policy, name.key());
          if (share == null) {
            return answers.refused(policy);
          }
          account.decides(policy, share);
          goOn(account, name, lastAnswers.of(name), policy, share);
          long permits = permits(request);
          Request asked =
              request instanceof Request.Peek
                  ? new Request.Peek(name.key(), share, permits)
                  : new Request.Acquire(name.key(), share, permits);
          return answers.underPolicy(policy, permits, here(asked));
        });
  }

  /**
   * Gives back what {@link #reserve} has taken, less what the share may have regained of it: the
   * store did not grant it.
   *
   * @param reservedAt when it was taken
   */
  void release(Request request, Name name, long reservedAt) {
    Account account = ledger.find(name);
    if (account != null && !(request instanceof Request.Peek)) {
      synchronized (account) {
        if (!account.gone) {
          Policy share = account.versions().get(request.policy());
          if (share != null) {
            giveBack(name.key(), share, permits(request), reservedAt);
          }
        }
      }
    }
  }

  private void giveBack(String key, Policy share, long permits, long takenAt) {
    long now = time.nowMicros();
    long regained =
        share.limits().stream()
            .mapToLong(limit -> Regained.atMost(limit, takenAt, now, permits))
            .max()
            .orElse(permits);
    if (regained < permits) {
      here(new Request.Refund(key, share, permits - regained));
    }
  }

  /**
   * The store may grant the requests that it has not answered: they count as used here, until they
   * are answered or have failed. False if for that reason alone there are too few permits.
   */
  private boolean hasRoom(String key, Policy share, long permits, long unanswered) {
    return unanswered == 0
        || here(new Request.Peek(key, share, permits + unanswered)).allowed()
        || !here(new Request.Peek(key, share, permits)).allowed();
  }

  /** What the store granted is lost: it would have to hear of it. */
  private Decision refunded(Account account, Request.Refund refund) {
    long permits = Math.min(account.admitted, refund.permits());
    account.admitted -= permits;
    return here(
        permits > 0
            ? new Request.Refund(refund.key(), refund.policy(), permits)
            : new Request.Peek(refund.key(), refund.policy(), 1));
  }

  /**
   * Nobody used these permits, whether or not others here stand on the booking. A booking that the
   * store made is lost: it would have to hear of it.
   */
  private Decision cancelled(Account account, Request.Cancel cancel, Policy share) {
    Boolean counted = booked.getIfPresent(cancel.grant());
    if (counted == null) {
      return here(new Request.Peek(cancel.key(), share, 1));
    }
    booked.invalidate(cancel.grant());
    if (counted) {
      account.admitted = Math.max(account.admitted - cancel.grant().permits(), 0);
    }
    return here(new Request.Cancel(cancel.key(), share, cancel.grant()));
  }

  /**
   * While shares bind, the state here goes on whatever the store answers: it counts what the store
   * grants to this instance as well.
   */
  private void goOn(
      Account account, Name name, LastAnswers.Key known, Policy policy, Policy share) {
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
    account.lastAnswer = answer;
    if (account.kept) {
      here(new Request.Reset(name.key(), share));
    }
    if (answer != null) {
      account.answered(answer.number());
      // Another version may have used more than this one can hold.
      Policy then = answer.decision().policy();
      Policy shareThen = shares.of(then, name.key());
      here(
          shareThen == null
              ? usedBefore(answer, name.key(), policy, share)
              : usedBefore(answer, name.key(), then, shareThen));
    }
    long besides = account.admitted + account.charging + account.uncertain;
    here(
        new Request.Charge(name.key(), share, Collections.nCopies(share.limits().size(), besides)));
  }

  /** What an answer says is used of a version's share, and is not counted here yet. */
  private Request.Charge usedBefore(
      LastAnswers.Answer answer, String key, Policy version, Policy share) {
    List<LimitStatus> left = LastAnswers.left(answer, key, version, time.nowMicros());
    List<LimitStatus> here = here(new Request.Peek(key, share, 1)).limits();
    List<Long> used = new ArrayList<>();
    for (int i = 0; i < here.size(); i++) {
      long whole = left.get(i).limit().capacity();
      long part = part(left.get(i).remaining(), here.get(i).limit().capacity(), whole);
      used.add(Math.max(here.get(i).remaining() - part, 0));
    }
    return new Request.Charge(key, share, used);
  }

  /** {@code remaining * share / whole}, rounded down. */
  static long part(long remaining, long share, long whole) {
    return whole == 0
        ? 0
        : BigInteger.valueOf(remaining)
            .multiply(BigInteger.valueOf(share))
            .divide(BigInteger.valueOf(whole))
            .longValueExact();
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
        owed = new Request.Charge(name.key(), version.getKey(), permits);
      }
    }
    return owed;
  }

  /** What of each limit is still in use here. */
  private List<Long> used(String key, Policy counted) {
    return here(new Request.Peek(key, counted, 1)).limits().stream()
        .map(status -> status.limit().capacity() - status.remaining())
        .toList();
  }

  /** The store knows all that was used: next time its last answer is what counts. */
  void forget(Name name, Account account) {
    account.versions().values().stream()
        .findFirst()
        .ifPresent(any -> here(new Request.Reset(name.key(), any)));
  }

  private Decision here(Request request) {
    return Objects.requireNonNull(local.tryDecide(request));
  }
}
