package io.github.ratelimiter.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.FixedWindow;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateCodec;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Stores that break one rule of {@link StateStoreSpec}. */
final class BrokenStores {
  /**
   * A store that breaks a rule.
   *
   * @param rule the name of the method of the specification that must fail
   * @param defect what the store does wrong
   * @param open opens the store
   */
  record Broken(String rule, String defect, Function<ManualTimeSource, StateStore> open) {
    @Override
    public String toString() {
      return rule + ": " + defect;
    }
  }

  private BrokenStores() {}

  static Stream<Broken> all() {
    return Stream.of(takingPermits(), givingBack(), keysAndTime(), ahead(), BrokenCalls.all())
        .flatMap(List::stream);
  }

  private static Broken broken(String rule, String text, BrokenStore.Defect defect) {
    return new Broken(rule, text, clock -> new BrokenStore(clock, defect));
  }

  private static Broken broken(String rule, String text, Function<Request, Object> id) {
    return new Broken(
        rule,
        text,
        clock ->
            new MapStore(clock) {
              @Override
              Object id(Request request) {
                return id.apply(request);
              }
            });
  }

  private static Broken brokenKey(String text, UnaryOperator<String> key) {
    return broken(
        "hostileKeys",
        text,
        request -> Map.entry(request.policy().name(), key.apply(request.key())));
  }

  /** Decides another request in place of some requests. */
  private static BrokenStore.Defect instead(UnaryOperator<Request> other) {
    return (store, request, now) -> store.correct(other.apply(request), now);
  }

  private static BrokenStore.Defect ignores(Class<? extends Request> kind) {
    return instead(
        request ->
            kind.isInstance(request)
                ? new Request.Peek(request.key(), request.policy(), 1)
                : request);
  }

  // --- what a call takes -----------------------------------------------------------------------

  private static List<Broken> takingPermits() {
    return List.of(
        broken("wholeLimit", "each key has one permit more", BrokenStores::onePermitMore),
        broken(
            "wholeLimit",
            "a decision has the wrong source",
            (store, request, now) -> store.correct(request, now).withSource(Source.FALLBACK)),
        broken(
            "retryAfterIsExact",
            "retry-after is one microsecond too short",
            (store, request, now) -> refusedLater(store.correct(request, now), 1)),
        broken(
            "retryAfterIsExact",
            "retry-after is one microsecond too long",
            (store, request, now) -> refusedLater(store.correct(request, now), -1)),
        broken("refusalConsumesNothing", "a refusal takes what is left", BrokenStores::takesRest),
        broken("allOrNothing", "a refusal charges the other limits", BrokenStores::chargesOthers),
        broken(
            "impossible",
            "a cost above the capacity is refused like any other",
            BrokenStores::alwaysPossible),
        broken(
            "peeking",
            "a peek takes permits",
            instead(request -> request instanceof Request.Peek ? acquire(request) : request)),
        broken(
            "holdsWhatIsAvailable",
            "a hold takes all permits or none",
            instead(
                request ->
                    request instanceof Request.Hold hold
                        ? new Request.Hold(hold.key(), hold.policy(), hold.max())
                        : request)),
        broken(
            "costOfEachLimit",
            "every limit is charged the largest cost",
            instead(
                request ->
                    request instanceof Request.HoldEach each
                        ? new Request.Hold(each.key(), each.policy(), each.permits())
                        : request)),
        broken(
            "costOfEachLimit",
            "the smallest part of a cost is returned to no limit",
            ignores(Request.Release.class)),
        broken("debts", "a charge never goes into debt", charging(false)),
        broken("debts", "every charge goes into debt", charging(true)),
        broken("drains", "a drain does nothing", ignores(Request.Drain.class)),
        broken("drains", "a drain also drains all other keys", BrokenStores::drainsAll));
  }

  private static BrokenStore.Defect charging(boolean intoDebt) {
    return instead(
        request ->
            request instanceof Request.Charge charge
                ? new Request.Charge(
                    charge.key(),
                    charge.policy(),
                    charge.permitsOfLimits(),
                    charge.aheadMicros(),
                    intoDebt)
                : request);
  }

  private static StoreDecision drainsAll(BrokenStore store, Request request, long now) {
    Request.Drain other = new Request.Drain("other", request.policy(), 3_600_000_000L);
    if (request instanceof Request.Drain) {
      store.correct(other, now);
    }
    return store.correct(request, now);
  }

  private static Request acquire(Request request) {
    return new Request.Acquire(request.key(), request.policy(), request.permits());
  }

  private static StoreDecision alwaysPossible(BrokenStore store, Request request, long now) {
    StoreDecision decision = store.correct(request, now);
    return decision.outcome() == Outcome.IMPOSSIBLE
        ? BrokenStore.with(Outcome.REFUSED, decision)
        : decision;
  }

  private static StoreDecision refusedLater(StoreDecision decision, long micros) {
    return decision.outcome() == Outcome.REFUSED ? decision.after(micros) : decision;
  }

  private static StoreDecision onePermitMore(BrokenStore store, Request request, long now) {
    StoreDecision decision = store.correct(request, now);
    boolean more = !decision.allowed() && store.notes.putIfAbsent(store.id(request), now) == null;
    return more ? BrokenStore.with(Outcome.ALLOWED, decision) : decision;
  }

  private static StoreDecision takesRest(BrokenStore store, Request request, long now) {
    StoreDecision decision = store.correct(request, now);
    if (!decision.allowed() && decision.remaining() > 0) {
      store.correct(
          new Request.Acquire(request.key(), request.policy(), decision.remaining()), now);
    }
    return decision;
  }

  private static StoreDecision chargesOthers(BrokenStore store, Request request, long now) {
    StoreDecision decision = store.correct(request, now);
    if (!decision.allowed()) {
      int limits = request.policy().limits().size();
      List<Long> permits = Collections.nCopies(limits, request.permits());
      store.correct(new Request.Charge(request.key(), request.policy(), permits), now);
    }
    return decision;
  }

  // --- what is given back ----------------------------------------------------------------------

  private static List<Broken> givingBack() {
    return List.of(
        broken("refunds", "a refund is kept above the capacity", BrokenStores::keepsRefunds),
        broken("refunds", "a refund returns nothing", ignores(Request.Refund.class)),
        broken("resets", "a reset forgets nothing", ignores(Request.Reset.class)),
        broken(
            "resets",
            "a reset forgets all keys",
            (store, request, now) -> {
              if (request instanceof Request.Reset) {
                store.states.clear();
              }
              return store.correct(request, now);
            }),
        broken("resets", "all policies share the state of a key", Request::key),
        broken(
            "charges",
            "a charge takes all of its permits or none",
            instead(
                request ->
                    request instanceof Request.Charge && request.permits() > 0
                        ? acquire(request)
                        : request)));
  }

  private static StoreDecision keepsRefunds(BrokenStore store, Request request, long now) {
    StoreDecision decision = store.correct(request, now);
    Object id = store.id(request);
    if (request instanceof Request.Refund) {
      store.notes.merge(id, request.permits(), Long::sum);
    }
    boolean kept = store.notes.getOrDefault(id, 0L) >= request.permits();
    return decision.allowed() || !kept ? decision : BrokenStore.with(Outcome.ALLOWED, decision);
  }

  // --- keys and time ---------------------------------------------------------------------------

  private static List<Broken> keysAndTime() {
    return List.of(
        broken(
            "clockGoesBackwards",
            "a key is forgotten when the clock goes back",
            (store, request, now) -> forgetsBefore(store, request, now, 1)),
        broken(
            "droppedKeysStayInTheirTime",
            "a key is forgotten when the clock goes back a second",
            (store, request, now) -> forgetsBefore(store, request, now, 1_000_000)),
        broken(
            "policyChanges",
            "each version of a policy has states of its own",
            request -> Map.entry(request.policy().toString(), request.key())),
        broken(
            "calendarWindow",
            "a month has 30 days and begins at the epoch",
            instead(request -> request.withPolicy(nominal(request.policy())))),
        broken(
            "calendarVersions",
            "each calendar has states of its own",
            request -> Map.entry(request.policy().toString(), request.key())),
        brokenKey(
            "keys that are not Unicode share a state",
            key -> new String(key.getBytes(UTF_8), UTF_8)),
        brokenKey("spaces at the end are ignored", String::stripTrailing),
        brokenKey("long keys are cut", key -> key.substring(0, Math.min(key.length(), 100_000))),
        broken(
            "agreesWithTheReference",
            "a key expires up to a second too early",
            BrokenStores::expiresToTheSecond));
  }

  private static Policy nominal(Policy policy) {
    return policy.withLimits(
        policy.limits().stream()
            .map(
                limit ->
                    limit instanceof CalendarWindow
                        ? FixedWindow.of(limit.permits(), limit.period())
                        : limit)
            .toList());
  }

  private static StoreDecision expiresToTheSecond(BrokenStore store, Request request, long now) {
    KeyState state = store.states.get(store.id(request));
    if (state != null && StateCodec.expiresAfterMicros(state, now) < 1_000_000) {
      store.states.remove(store.id(request));
    }
    return store.correct(request, now);
  }

  private static StoreDecision forgetsBefore(
      BrokenStore store, Request request, long now, long micros) {
    Long last = store.notes.put(store.id(request), now);
    if (last != null && now <= last - micros) {
      store.states.remove(store.id(request));
    }
    return store.correct(request, now);
  }

  // --- permits that are used later -------------------------------------------------------------

  private static List<Broken> ahead() {
    return List.of(
        broken(
            "leases",
            "a lease that is returned after its end is accepted",
            instead(
                request ->
                    request instanceof Request.ReturnLease
                        ? new Request.Refund(request.key(), request.policy(), request.permits())
                        : request)),
        broken("leases", "leased permits count as used immediately", BrokenStores::leasesNow),
        broken(
            "reservations",
            "a cancelled reservation keeps its turn",
            ignores(Request.Release.class)),
        broken("holds", "released permits are not available", ignores(Request.Release.class)),
        broken(
            "heldAndRelied",
            "a bucket takes back permits that it has refilled and granted again",
            instead(
                request ->
                    request instanceof Request.Release
                        ? new Request.Refund(request.key(), request.policy(), request.permits())
                        : request)));
  }

  private static StoreDecision leasesNow(BrokenStore store, Request request, long now) {
    if (request instanceof Request.Lease lease) {
      Grant grant = new Grant(lease.max(), now, now + lease.micros(), lease.generation());
      return store.correct(acquire(lease), now).withGrant(grant);
    }
    return store.correct(request, now);
  }
}
