package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.local.internal.BoundedMap;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/*
 * Who answers what, without the store:
 *
 *   acquire, reserve   by the mode; what is admitted goes into the ledger
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
  private final LocalStates states;
  private final Ledger ledger;
  private final Shares shares;
  private final LastAnswers lastAnswers;
  private final TimeSource time;
  private final Answers answers;

  /**
   * A reservation that was made here.
   *
   * @param account in which it is
   * @param charges how many charges had been sent of that account
   * @param counts whether it is to be charged to the store
   * @param times how many reservations have an equal grant
   */
  private record Reserved(Account account, long charges, boolean counts, int times) {
    /**
     * The same with one more reservation. If the reservations are charged in different ways, it is
     * unknown which of them a caller cancels. Then none of them lessens the charge.
     */
    Reserved and(Reserved other) {
      boolean same = account == other.account && charges == other.charges;
      return new Reserved(account, charges, same && counts && other.counts, times + other.times);
    }

    Reserved lessOne() {
      return new Reserved(account, charges, counts, times - 1);
    }

    boolean isAdmittedIn(Account now) {
      return counts && account == now && charges == now.charges;
    }
  }

  /*
   * A grant is found by its value. Its identity would be wrong: a record has none to rely on, and a
   * store between the caller and this one may hand on a copy. The grants of two states differ in the
   * generation, which is random. Grants of one state are equal only if they hold the same number of
   * permits, were made at the same instant and have the same turn. Nothing distinguishes the
   * reservations then, so it is enough to count them.
   */
  /** The reservations that were made here and not cancelled. */
  private final BoundedMap<Grant, Reserved> reserved;

  Substitute(
      FallbackBuilder settings,
      LocalStates states,
      Ledger ledger,
      Shares shares,
      LastAnswers lastAnswers,
      LongSupplier retryAfterMicros) {
    this.states = states;
    this.ledger = ledger;
    this.shares = shares;
    this.lastAnswers = lastAnswers;
    this.time = settings.timeSource;
    this.answers = new Answers(retryAfterMicros);
    this.reserved = new BoundedMap<>(settings.maximumKeys);
  }

  /** Whether a request can be answered here at all. */
  static boolean answers(Request request) {
    return !(request instanceof Request.Reset || request instanceof Request.Charge);
  }

  /** Whether a reservation was made here, so that the store knows nothing of it. */
  boolean knows(Grant grant) {
    return reserved.get(grant) != null;
  }

  /**
   * The answer.
   *
   * @param counts whether what is admitted is to be charged to the store: not if the store may have
   *     counted it already
   */
  Decision decide(Request request, Name name, Fallback.Mode mode, boolean counts) {
    if (request instanceof Request.Lease) {
      return answers.refused(request.policy());
    }
    if (request instanceof Request.ReturnLease) {
      return answers.unknown(request.policy(), Decision.Outcome.ALLOWED, 0, 0);
    }
    long permits = permits(request);
    if (mode != Fallback.Mode.LOCAL && permits > request.policy().capacity()) {
      return answers.impossible(request.policy(), permits);
    }
    if (mode == Fallback.Mode.REFUSE) {
      return permits > 0
          ? answers.refused(request.policy())
          : answers.unknown(request.policy(), Decision.Outcome.ALLOWED, 0, 0);
    }
    Function<Account, Decision> answer =
        mode == Fallback.Mode.ALLOW
            ? account -> allow(account, name, request, permits, counts)
            : account -> share(account, name, request, permits, counts);
    return request instanceof Request.CancelReservation && ledger.find(name) == null
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
    if (request instanceof Request.Reserve reserve) {
      return reserve.permits();
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
    if (request instanceof Request.Acquire || request instanceof Request.Reserve) {
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
    states.decides(account, key, policy, share);
    LastAnswers.Key known = lastAnswers.of(name);
    long unanswered = known.unanswered();
    states.goOn(account, name, known, policy, share);
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
    if (request instanceof Request.Reserve reserve) {
      Decision decision = reserve(account, key, share, reserve, unanswered);
      if (decision.allowed()) {
        account.admit(permits, counts, known);
      }
      StoreDecision.of(decision)
          .grant()
          .ifPresent(
              grant -> {
                Reserved made = new Reserved(account, account.charges, counts, 1);
                Reserved equal = reserved.get(grant);
                reserved.put(grant, equal == null ? made : made.and(equal));
                account.reserved(grant);
              });
      return answers.underPolicy(policy, permits, decision);
    }
    if (request instanceof Request.Peek) {
      return answers.underPolicy(policy, permits, here(new Request.Peek(key, share, permits)));
    }
    Decision state =
        request instanceof Request.Refund refund
            ? refunded(account, new Request.Refund(key, share, refund.permits()))
            : cancelled(account, (Request.CancelReservation) request, share);
    return Answers.numbers(policy, Decision.Outcome.ALLOWED, 0, 0, state);
  }

  /**
   * Takes what a request asks for from the share, if that has it, before the store is asked. The
   * state goes on from the outage, or from the last answer before it: what the store answers now
   * does not tell yet what other instances admitted.
   */
  Held hold(Request request, Name name) {
    Policy policy = request.policy();
    return ledger.with(
        name,
        account -> {
          Policy share = shares.of(policy, name.key());
          if (share == null) {
            return new Held(answers.refused(policy), account, 0, 0);
          }
          states.decides(account, name.key(), policy, share);
          states.goOn(account, name, lastAnswers.of(name), policy, share);
          long permits = permits(request);
          Request asked =
              request instanceof Request.Peek
                  ? new Request.Peek(name.key(), share, permits)
                  : new Request.Acquire(name.key(), share, permits);
          Decision decision = answers.underPolicy(policy, permits, here(asked));
          return new Held(decision, account, account.beginnings, time.nowMicros());
        });
  }

  /**
   * What {@link #hold} has taken.
   *
   * @param decision what the share says
   * @param account whose state it was taken from
   * @param beginning which of its states that was
   * @param at when
   */
  record Held(Decision decision, Account account, long beginning, long at) {}

  /**
   * Gives back what was held, less what the share may have regained of it: the store did not grant
   * it. A state that has begun since does not get what it never gave.
   */
  void release(Request request, Held held) {
    Account account = held.account;
    if (request instanceof Request.Peek) {
      return;
    }
    synchronized (account) {
      Policy share = account.versions().get(request.policy());
      if (!account.gone && account.beginnings == held.beginning && share != null) {
        states.giveBack(request.key(), share, permits(request), held.at);
      }
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

  /**
   * A turn that comes after those permits which the store may grant meanwhile. They are charged
   * until there is a turn, and of them stays what the limits regain before it: a reservation counts
   * from its turn on.
   */
  private Decision reserve(
      Account account, String key, Policy share, Request.Reserve reserve, long unanswered) {
    Request.Reserve here =
        new Request.Reserve(key, share, reserve.permits(), reserve.maxWaitMicros());
    if (unanswered == 0) {
      return here(here);
    }
    if (account.versions().size() > 1) {
      // What is charged to other versions for a while could not be taken back from all of them.
      long all = reserve.permits() + unanswered;
      return here(new Request.Peek(key, share, all)).allowed()
          ? here(here)
          : answers.refusedForNow(share, here(new Request.Peek(key, share, 1)));
    }
    List<LimitStatus> before = here(new Request.Peek(key, share, 1)).limits();
    List<Long> each = Collections.nCopies(share.limits().size(), unanswered);
    here(new Request.Charge(key, share, each, Long.MAX_VALUE));
    Decision decision = here(here);
    long delay = StoreDecision.of(decision).grant().map(Grant::delayMicros).orElse(0L);
    long regained = delay == 0 ? 0 : regained(before, delay, unanswered);
    if (regained < unanswered) {
      here(new Request.Refund(key, share, unanswered - regained));
    }
    return decision;
  }

  /** How many of some permits the limits may have regained; of windows and logs nobody knows. */
  private static long regained(List<LimitStatus> limits, long micros, long permits) {
    return limits.stream().allMatch(status -> Usage.isBucket(status.limit()))
        ? limits.stream().mapToLong(status -> Usage.regained(status, micros)).max().orElse(0)
        : permits;
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
   * Nobody used these permits, whether or not others here stand on the reservation. A reservation
   * that the store made is lost: it would have to hear of it.
   */
  private Decision cancelled(Account account, Request.CancelReservation cancel, Policy share) {
    Reserved made = reserved.remove(cancel.grant());
    if (made == null) {
      return here(new Request.Peek(cancel.key(), share, 1));
    }
    if (made.times > 1) {
      reserved.put(cancel.grant(), made.lessOne());
    }
    if (made.account == account) {
      account.givenUp(cancel.grant());
    }
    if (made.isAdmittedIn(account)) {
      account.admitted = Math.max(account.admitted - cancel.grant().permits(), 0);
    }
    return here(new Request.CancelReservation(cancel.key(), share, cancel.grant()));
  }

  private Decision here(Request request) {
    return states.decide(request);
  }
}
