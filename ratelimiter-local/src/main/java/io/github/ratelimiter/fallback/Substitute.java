package io.github.ratelimiter.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Grant;
import io.github.ratelimiter.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.usage.Usage;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

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
  private final LocalStates states;
  private final Ledger ledger;
  private final Shares shares;
  private final LastAnswers lastAnswers;
  private final TimeSource time;
  private final Answers answers;

  /**
   * A booking that was made here.
   *
   * @param account in which it is
   * @param charges how many charges had been sent of that account
   * @param counts whether it is to be charged to the store
   */
  private record Booked(Account account, long charges, boolean counts) {
    boolean isAdmittedIn(Account now) {
      return counts && account == now && charges == now.charges;
    }
  }

  /** Bookings that were made here, found by their identity. */
  private final Cache<Grant, Booked> booked;

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
    if (request instanceof Request.Book book) {
      Decision decision = book(account, key, share, book, unanswered);
      if (decision.allowed()) {
        account.admit(permits, counts, known);
      }
      decision
          .grant()
          .ifPresent(
              grant -> {
                booked.put(grant, new Booked(account, account.charges, counts));
                account.booked(grant);
              });
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
  Reserved reserve(Request request, Name name) {
    Policy policy = request.policy();
    return ledger.with(
        name,
        account -> {
          Policy share = shares.of(policy, name.key());
          if (share == null) {
            return new Reserved(answers.refused(policy), account, 0, 0);
          }
          states.decides(account, name.key(), policy, share);
          states.goOn(account, name, lastAnswers.of(name), policy, share);
          long permits = permits(request);
          Request asked =
              request instanceof Request.Peek
                  ? new Request.Peek(name.key(), share, permits)
                  : new Request.Acquire(name.key(), share, permits);
          Decision decision = answers.underPolicy(policy, permits, here(asked));
          return new Reserved(decision, account, account.beginnings, time.nowMicros());
        });
  }

  /**
   * What {@link #reserve} has taken.
   *
   * @param decision what the share says
   * @param account whose state it was taken from
   * @param beginning which of its states that was
   * @param at when
   */
  record Reserved(Decision decision, Account account, long beginning, long at) {}

  /**
   * Gives back what was reserved, less what the share may have regained of it: the store did not
   * grant it. A state that has begun since does not get what it never gave.
   */
  void release(Request request, Reserved reserved) {
    Account account = reserved.account;
    if (request instanceof Request.Peek) {
      return;
    }
    synchronized (account) {
      Policy share = account.versions().get(request.policy());
      if (!account.gone && account.beginnings == reserved.beginning && share != null) {
        states.giveBack(request.key(), share, permits(request), reserved.at);
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
   * until there is a turn, and of them stays what the limits regain before it: a booking counts
   * from its turn on.
   */
  private Decision book(
      Account account, String key, Policy share, Request.Book book, long unanswered) {
    Request.Book here = new Request.Book(key, share, book.permits(), book.maxWaitMicros());
    if (unanswered == 0) {
      return here(here);
    }
    if (account.versions().size() > 1) {
      // What is charged to other versions for a while could not be taken back from all of them.
      long all = book.permits() + unanswered;
      return here(new Request.Peek(key, share, all)).allowed()
          ? here(here)
          : answers.refusedForNow(share, here(new Request.Peek(key, share, 1)));
    }
    List<LimitStatus> before = here(new Request.Peek(key, share, 1)).limits();
    List<Long> each = Collections.nCopies(share.limits().size(), unanswered);
    here(new Request.Charge(key, share, each, Long.MAX_VALUE));
    Decision decision = here(here);
    long delay = decision.grant().map(Grant::delayMicros).orElse(0L);
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
   * Nobody used these permits, whether or not others here stand on the booking. A booking that the
   * store made is lost: it would have to hear of it.
   */
  private Decision cancelled(Account account, Request.Cancel cancel, Policy share) {
    Booked made = booked.getIfPresent(cancel.grant());
    if (made == null) {
      return here(new Request.Peek(cancel.key(), share, 1));
    }
    booked.invalidate(cancel.grant());
    if (made.account == account) {
      account.givenUp(cancel.grant());
    }
    if (made.isAdmittedIn(account)) {
      account.admitted = Math.max(account.admitted - cancel.grant().permits(), 0);
    }
    return here(new Request.Cancel(cancel.key(), share, cancel.grant()));
  }

  private Decision here(Request request) {
    return states.decide(request);
  }
}
