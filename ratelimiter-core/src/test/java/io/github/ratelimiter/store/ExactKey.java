package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Domain;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The oracle: one key under any versions of a policy, decided from the definitions. */
final class ExactKey {
  /** What a decision must say. */
  record Answer(
      Outcome outcome,
      Limit binding,
      long retryAfter,
      List<Long> remaining,
      List<Long> resetAfter,
      @Nullable Grant grant,
      long uncounted,
      long drained) {

    static Answer of(Decision decision) {
      boolean possible = decision.outcome() != Outcome.IMPOSSIBLE;
      return new Answer(
          decision.outcome(),
          decision.limit(),
          possible ? decision.retryAfterMicros() : 0,
          decision.limits().stream().map(status -> status.remaining()).toList(),
          decision.limits().stream().map(s -> s.resetAfter().toNanos() / 1_000).toList(),
          StoreDecision.of(decision).grant().orElse(null),
          decision.uncounted(),
          StoreDecision.of(decision).drainedMicros());
    }

    /** The permits that are available under all limits together. */
    long least() {
      return drained > 0 ? 0 : Collections.min(remaining);
    }

    Answer without(long uncountedPermits) {
      return new Answer(
          outcome, binding, retryAfter, remaining, resetAfter, grant, uncountedPermits, drained);
    }
  }

  /** A limit with its note: when it last missed a charge or was created beside others, or 0. */
  private static final class Counter {
    final ExactLimit limit;
    long note;

    Counter(ExactLimit limit) {
      this.limit = limit;
    }

    static Counter copy(Limit written, Counter other) {
      Counter copy = new Counter(ExactLimit.of(written));
      copy.limit.become(other.limit);
      copy.note = other.note;
      return copy;
    }

    /** The note stands after every grant that may yet be returned, whatever the clock does. */
    void missed(long now, long until) {
      note = Math.max(note, Math.max(Math.max(now, until), 1));
    }

    boolean tookAll(long grantedAt) {
      return note == 0 || note < grantedAt;
    }
  }

  private record Written(Limit limit, Counter counter) {}

  private static final int MOST_OTHERS = 16;

  // What is kept between requests.
  private List<Written> kept = new ArrayList<>();
  private Policy keptPolicy;
  private long keptUntil;
  private long keptGeneration;
  private long keptDrained;

  // The request under decision.
  private Policy policy;
  private List<Written> own = new ArrayList<>();
  private List<Counter> created = new ArrayList<>();
  private List<Written> others = new ArrayList<>();
  private List<Counter> counters = new ArrayList<>();
  private List<Integer> positions = new ArrayList<>();
  private List<ExactLimit> limits = new ArrayList<>();
  private long until;
  private long generation;
  private long drained;
  private boolean changed;

  private boolean silent;
  private boolean overflowed;

  ExactKey(Policy policy) {
    this.policy = policy;
    keptPolicy = policy;
    kept = fresh(policy);
  }

  /** Whether a number left the library's domain: from then on the two may differ. */
  boolean overflowed() {
    return overflowed;
  }

  /** Whether a bucket's debt is beyond the library's numbers, as after a huge step back. */
  boolean beyondDomain(long now) {
    return kept.stream()
        .anyMatch(w -> w.counter.limit instanceof ExactBucket bucket && bucket.beyondDomain(now));
  }

  /** Counters of other versions than the last. */
  int others() {
    return kept.size() - policy.counters().size();
  }

  private static List<Written> fresh(Policy policy) {
    List<Written> fresh = new ArrayList<>();
    for (Limit limit : policy.limits()) {
      ExactLimit exact = ExactLimit.of(limit);
      if (fresh.stream().noneMatch(written -> written.counter.limit.same(exact))) {
        fresh.add(new Written(limit, new Counter(exact)));
      }
    }
    return fresh;
  }

  /** Decides, and does not spend time on what the decision must say. */
  void apply(Request request, long now) {
    silent = true;
    decide(request, now);
    silent = false;
  }

  Answer decide(Request request, long now) {
    if (request instanceof Request.Reset) {
      forget(request.policy());
    }
    open(request.policy(), now);
    Answer answer = answer(request, now);
    boolean begins =
        answer.outcome() != Outcome.ALLOWED
            && !(request instanceof Request.Peek)
            && created.stream().anyMatch(counter -> !counter.limit.fresh(now));
    overflowed |= counters.stream().anyMatch(counter -> counter.limit.overflowed());
    if (changed || begins) {
      own.forEach(written -> written.counter.limit.enter(now));
      close(now);
    }
    return answer;
  }

  // --- versions --------------------------------------------------------------------------------

  private void forget(Policy version) {
    kept = fresh(version);
    keptPolicy = version;
    keptUntil = 0;
    keptGeneration = 0;
    keptDrained = 0;
  }

  /** The counters of a version as copies, and those of others. */
  private void open(Policy version, long now) {
    boolean alone = version == keptPolicy && kept.size() == own.size() && version == policy;
    policy = version;
    changed = false;
    created = new ArrayList<>();
    boolean full =
        keptDrained <= now
            && kept.stream().allMatch(written -> written.counter.limit.forgotten(now));
    boolean bare =
        keptGeneration == 0 && kept.stream().allMatch(written -> written.counter.note == 0);
    if (alone && others.isEmpty() && (bare || !full)) {
      // Nothing to find or to start: a request that is refused charges nothing.
      reopen();
      return;
    }
    own = new ArrayList<>();
    others = new ArrayList<>();
    List<Written> wanted = fresh(version);
    boolean sameVersion =
        kept.size() == wanted.size()
            && range(wanted.size())
                .allMatch(i -> isWrittenAs(kept.get(i).limit, wanted.get(i).limit));
    until = keptUntil;
    generation = keptGeneration;
    drained = keptDrained;
    if (full && !(sameVersion && bare)) {
      until = 0;
      generation = 0;
      drained = 0;
      others.addAll(wanted);
    } else {
      kept.forEach(written -> others.add(copy(written.limit, written)));
    }
    List<Counter> before = others.stream().map(Written::counter).toList();
    for (Written want : wanted) {
      Written have =
          others.stream()
              .filter(other -> other.counter.limit.same(want.counter.limit))
              .findFirst()
              .orElse(null);
      if (have != null) {
        others.remove(have);
        own.add(copy(want.limit, have));
      } else {
        start(want.counter.limit, before, now);
        want.counter.note = Math.max(Math.max(now, until), 1);
        created.add(want.counter);
        own.add(want);
      }
    }
    positions = new ArrayList<>();
    for (Limit limit : version.limits()) {
      ExactLimit exact = ExactLimit.of(limit);
      List<ExactLimit> all = own.stream().map(written -> written.counter.limit).toList();
      positions.add(all.indexOf(all.stream().filter(exact::same).findFirst().orElseThrow()));
    }
    select();
  }

  private void reopen() {
    until = keptUntil;
    generation = keptGeneration;
    drained = keptDrained;
    own = kept;
    select();
  }

  private void select() {
    counters = new ArrayList<>();
    own.forEach(written -> counters.add(written.counter));
    others.forEach(written -> counters.add(written.counter));
    limits = positions.stream().map(position -> own.get(position).counter.limit).toList();
  }

  private static IntStream range(int end) {
    return IntStream.range(0, end);
  }

  private static Written copy(Limit limit, Written other) {
    return new Written(limit, Counter.copy(limit, other.counter));
  }

  private static boolean isWrittenAs(Limit one, Limit other) {
    return one.period().equals(other.period()) && ExactLimit.of(one).same(ExactLimit.of(other));
  }

  private void start(ExactLimit limit, List<Counter> before, long now) {
    long later = Math.max(now, until);
    List<ExactLimit> candidates = new ArrayList<>();
    for (Counter counter : before) {
      if (limit.sameKind(counter.limit)) {
        limit.startFrom(counter.limit, now, later);
        candidates.add(counter.limit);
      }
    }
    if (candidates.isEmpty()) {
      long used = before.stream().mapToLong(counter -> counter.limit.used(now)).max().orElse(0);
      long then = before.stream().mapToLong(counter -> counter.limit.used(later)).max().orElse(0);
      limit.startWith(used, then, now, later);
    } else if (candidates.size() > 1) {
      limit.startFrom(largest(limit, candidates, now, later), now, later);
    }
  }

  /** From which of several a limit has the largest usage, and of these is full again last. */
  private static ExactLimit largest(
      ExactLimit limit, List<ExactLimit> candidates, long now, long later) {
    ExactLimit best = candidates.get(0);
    BigInteger[] most = null;
    for (ExactLimit candidate : candidates) {
      limit.startFrom(candidate, now, later);
      BigInteger[] usage = {
        BigInteger.valueOf(limit.used(now)), BigInteger.valueOf(limit.resetAfter(now))
      };
      if (limit instanceof ExactBucket bucket) {
        usage[0] = bucket.debt(now);
      }
      int compared =
          most == null ? 1 : usage[0].compareTo(most[0]) * 2 + usage[1].compareTo(most[1]);
      if (compared > 0) {
        best = candidate;
        most = usage;
      }
    }
    return best;
  }

  /** Keeps what the request left. */
  private void close(long now) {
    List<Written> staying = new ArrayList<>(others);
    staying.removeIf(written -> written.counter.limit.fresh(now));
    // Sorted stably from the end: of equals, the last leaves first.
    List<Written> leaving = new ArrayList<>(staying);
    Collections.reverse(leaving);
    leaving.sort(Comparator.comparingLong(written -> written.counter.limit.resetAfter(now)));
    staying.removeAll(leaving.subList(0, Math.max(staying.size() - MOST_OTHERS, 0)));
    if (drained <= now
        && staying.isEmpty()
        && own.stream().allMatch(written -> written.counter.limit.forgotten(now))) {
      forget(policy);
      return;
    }
    kept = new ArrayList<>(own);
    keptPolicy = policy;
    kept.addAll(staying);
    keptUntil = until;
    keptGeneration = generation;
    keptDrained = drained > now ? drained : 0;
  }

  // --- requests --------------------------------------------------------------------------------

  private Answer answer(Request request, long now) {
    if (request instanceof Request.Acquire acquire) {
      long permits = acquire.permits();
      if (!fits(now, permits)) {
        return refused(now, permits);
      }
      take(now, permits, now, now);
      return allowed(now, null);
    }
    if (request instanceof Request.Peek peek) {
      return fits(now, peek.permits()) ? allowed(now, null) : refused(now, peek.permits());
    }
    if (request instanceof Request.Hold hold) {
      if (!fits(now, hold.min())) {
        return refused(now, hold.min());
      }
      long permits = limits.stream().mapToLong(limit -> limit.available(now)).min().orElse(0);
      permits = Math.min(permits, hold.max());
      take(now, permits, now, now);
      return granted(now, permits, now, hold.generation());
    }
    if (request instanceof Request.HoldEach hold) {
      return holdEach(now, hold);
    }
    if (request instanceof Request.Lease lease) {
      return lease(now, lease);
    }
    if (request instanceof Request.Reserve reserve) {
      return reserve(now, reserve);
    }
    if (request instanceof Request.Refund refund) {
      changed = true;
      own.forEach(written -> written.counter.limit.enter(now));
      own.forEach(written -> written.counter.limit.giveBack(now, refund.permits()));
      others.stream()
          .filter(written -> written.counter.note == 0)
          .forEach(written -> written.counter.limit.giveBack(now, refund.permits()));
    } else if (request instanceof Request.ReturnLease back) {
      if (now < back.grant().usedAtMicros()) {
        release(now, back.permits(), back.grant());
      }
    } else if (request instanceof Request.Release unused) {
      release(now, unused.permitsOfLimits(), unused.grant());
    } else if (request instanceof Request.Charge charge) {
      long ahead = Math.min(charge.aheadMicros(), Domain.LONGEST_WAIT);
      long uncounted = charge(now, charge.permitsOfLimits(), ahead, charge.intoDebt());
      return allowed(now, null).without(uncounted);
    } else if (request instanceof Request.Drain drain) {
      changed = true;
      long millis = (now + Math.min(drain.micros(), Domain.LONGEST_WAIT) + 999) / 1_000;
      drained = Math.max(drained, millis * 1_000);
    }
    return allowed(now, null);
  }

  private Answer holdEach(long now, Request.HoldEach hold) {
    List<Long> wanted =
        limits.stream().map(limit -> of(limit, hold.permitsOfLimits()).max().orElse(0)).toList();
    boolean fits =
        drained <= now
            && range(limits.size()).allMatch(i -> limits.get(i).available(now) >= wanted.get(i));
    if (!fits) {
      return refused(now, wanted);
    }
    changed = true;
    for (Written written : own) {
      long permits = of(written.counter.limit, wanted).max().orElseThrow();
      if (permits > 0) {
        written.counter.limit.take(now, permits, now);
      }
    }
    chargeOthers(now, hold.permits(), now, now, Math.max(now, until));
    until = generation == 0 ? 0 : Math.max(now, until);
    return granted(now, hold.permits(), now, hold.generation());
  }

  /** The numbers of the limits that share a counter. */
  private LongStream of(ExactLimit counter, List<Long> ofLimits) {
    return range(limits.size()).filter(i -> limits.get(i) == counter).mapToLong(ofLimits::get);
  }

  private long charge(long now, List<Long> permitsOfLimits, long ahead, boolean intoDebt) {
    long most = permitsOfLimits.stream().mapToLong(permits -> permits).max().orElseThrow();
    if (most == 0) {
      return 0;
    }
    long uncounted = 0;
    changed = true;
    boolean nobodyCares =
        others.isEmpty()
            && own.stream().allMatch(written -> written.counter.note == 0)
            && generation == 0;
    long later = Math.max(now + ahead, until);
    own.forEach(written -> written.counter.limit.enter(now));
    for (Written written : own) {
      long permits =
          Math.min(
              of(written.counter.limit, permitsOfLimits).max().orElseThrow(), ExactLimit.LARGEST);
      List<Long> debts = policy.limits().stream().map(Limit::debt).toList();
      long debt = intoDebt ? of(written.counter.limit, debts).min().orElseThrow() : 0;
      long tooMany =
          permits == 0 ? 0 : written.counter.limit.charge(now, permits, now, now, later, debt);
      if (tooMany > 0 && !nobodyCares) {
        written.counter.missed(now, until);
      }
      uncounted = Math.max(uncounted, tooMany);
    }
    chargeOthers(now, most, now, now, later);
    long longest =
        counters.stream().mapToLong(counter -> counter.limit.keptFor(now)).max().orElse(0);
    until = generation == 0 ? 0 : Math.max(until, now + Math.min(ahead, longest));
    return uncounted;
  }

  private void chargeOthers(long now, long permits, long usedAt, long lastUse, long later) {
    for (Written written : others) {
      if (written.counter.limit.charge(now, permits, usedAt, lastUse, later, 0) > 0) {
        written.counter.missed(now, until);
      }
    }
  }

  private void take(long now, long permits, long usedAt, long lastUse) {
    changed = true;
    own.forEach(written -> written.counter.limit.take(now, permits, usedAt));
    chargeOthers(now, permits, usedAt, lastUse, Math.max(usedAt, until));
    until = generation == 0 ? 0 : Math.max(usedAt, until);
  }

  private void release(long now, long permits, Grant grant) {
    release(now, limits.stream().map(limit -> permits).toList(), grant);
  }

  /** Counters of other versions take back the smallest number. */
  private void release(long now, List<Long> permitsOfLimits, Grant grant) {
    if (generation == 0 || generation != grant.generation()) {
      return;
    }
    changed = true;
    own.forEach(written -> written.counter.limit.enter(now));
    long at = grant.atMicros();
    boolean last = until == grant.usedAtMicros();
    for (Counter counter : counters) {
      long permits =
          of(counter.limit, permitsOfLimits)
              .min()
              .orElse(permitsOfLimits.stream().mapToLong(some -> some).min().orElseThrow());
      if (permits > 0 && counter.tookAll(at) && !created.contains(counter)) {
        counter.limit.release(
            now, permits, new ExactLimit.Span(at, grant.usedAtMicros(), until), last);
      }
    }
  }

  private Answer granted(long now, long permits, long usedAt, long newGeneration) {
    generation = generation == 0 ? newGeneration : generation;
    until = Math.max(until, usedAt);
    return allowed(now, new Grant(permits, now, usedAt, generation));
  }

  private boolean fits(long now, long permits) {
    return drained <= now && limits.stream().allMatch(limit -> limit.available(now) >= permits);
  }

  private Answer lease(long now, Request.Lease lease) {
    long end = now + Math.min(lease.micros(), 1L << 50);
    for (Written written : own) {
      end = Math.min(end, written.counter.limit.ownLeaseEnd(now, end));
    }
    for (Counter counter : counters) {
      end = Math.min(end, counter.limit.leaseEnd(now, end));
    }
    long usedAt = end;
    long permits =
        Math.min(
            lease.max(), limits.stream().mapToLong(l -> l.available(now, usedAt)).min().orElse(0));
    if (permits >= lease.min() && drained <= now) {
      take(now, permits, usedAt, usedAt - 1);
      return granted(now, permits, usedAt, lease.generation());
    }
    for (int i = 0; i < limits.size(); i++) {
      ExactLimit unused = ExactLimit.of(policy.limits().get(i));
      if (unused.available(now, usedAt) < lease.min()) {
        return answer(Outcome.IMPOSSIBLE, i, 0, now, null);
      }
    }
    return refused(now, lease.min());
  }

  private Answer reserve(long now, Request.Reserve reserve) {
    long permits = reserve.permits();
    if (limits.stream().anyMatch(limit -> limit.capacity() < permits)) {
      return refused(now, permits);
    }
    List<ExactBucket> buckets = limits.stream().map(ExactBucket.class::cast).toList();
    long longest =
        Math.min(
            reserve.maxWaitMicros(),
            buckets.stream().mapToLong(ExactBucket::longestWait).min().orElseThrow());
    int binding = 0;
    long heldUp = Math.max(drained - now - longest, 0);
    for (ExactBucket bucket : buckets) {
      long held =
          ExactLimit.earliest(
              wait ->
                  turn(bucket, now + wait, permits) <= longest
                      && (!bucket.spaced() || bucket.available(now + wait) >= permits));
      if (held > heldUp) {
        heldUp = held;
        binding = buckets.indexOf(bucket);
      }
    }
    if (heldUp > 0) {
      return answer(Outcome.REFUSED, binding, heldUp, now, null);
    }
    long wait = buckets.stream().mapToLong(bucket -> turn(bucket, now, permits)).max().orElse(0);
    wait = Math.max(wait, drained - now);
    take(now, permits, now + wait, now + wait);
    return granted(now, permits, now + wait, reserve.generation());
  }

  private static long turn(ExactBucket bucket, long now, long permits) {
    return bucket.spaced() ? bucket.resetAfter(now) : bucket.retryAfter(now, permits);
  }

  private Answer allowed(long now, @Nullable Grant grant) {
    return answer(Outcome.ALLOWED, indexOf(limit -> -limit.available(now)), 0, now, grant);
  }

  private Answer refused(long now, long permits) {
    return refused(now, limits.stream().map(limit -> permits).toList());
  }

  private Answer refused(long now, List<Long> permits) {
    if (silent) {
      return answer(Outcome.REFUSED, 0, 0, now, null);
    }
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).capacity() < permits.get(i)) {
        return answer(Outcome.IMPOSSIBLE, i, 0, now, null);
      }
    }
    long[] waits =
        range(limits.size())
            .mapToLong(i -> permits.get(i) == 0 ? 0 : limits.get(i).retryAfter(now, permits.get(i)))
            .map(wait -> Math.max(wait, drained - now))
            .toArray();
    int binding = indexOf(waits);
    return answer(Outcome.REFUSED, binding, waits[binding], now, null);
  }

  /** The first of the limits with the largest number. */
  private int indexOf(ToLongFunction<ExactLimit> number) {
    return indexOf(limits.stream().mapToLong(number).toArray());
  }

  private static int indexOf(long[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }

  private Answer answer(Outcome outcome, int binding, long retry, long now, @Nullable Grant grant) {
    return new Answer(
        outcome,
        policy.limits().get(binding),
        retry,
        silent ? List.of() : limits.stream().map(limit -> limit.available(now)).toList(),
        silent ? List.of() : limits.stream().map(limit -> limit.resetAfter(now)).toList(),
        grant,
        0,
        Math.max(drained - now, 0));
  }
}
