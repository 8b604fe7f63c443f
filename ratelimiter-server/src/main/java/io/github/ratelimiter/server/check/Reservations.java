package io.github.ratelimiter.server.check;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RateLimitHeaders;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.RequestVerdict.Limited;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Costs that are known later: permits are reserved for the highest cost, and settled with the cost
 * that was used. A reservation that is never settled stays charged. Thread-safe.
 */
public final class Reservations {
  /** The longest time from a reservation to its end. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /**
   * Permits that may be returned later are held by the library. The service returns them itself.
   */
  private static final ResponseCost HELD = (reserved, response) -> reserved;

  private final HttpLimiter limiter;
  private final CheckSurroundings around;
  private final Settlements settlements;
  private final ReservationSeal seal;
  private final TimeSource time;

  /**
   * Creates an object.
   *
   * @param rules the rules in force
   * @param around what is around each check
   * @param settlements settles reservations
   * @param headers describe decisions
   * @param seal that of all instances that may settle
   * @param time the clock for the ends of reservations
   */
  public Reservations(
      Rules rules,
      CheckSurroundings around,
      Settlements settlements,
      RateLimitHeaders headers,
      ReservationSeal seal,
      TimeSource time) {
    this.limiter =
        HttpLimiter.builder().limits(request -> held(rules.of(request))).headers(headers).build();
    this.around = around;
    this.settlements = settlements;
    this.seal = seal;
    this.time = time;
  }

  private static RequestVerdict held(RequestVerdict verdict) {
    return verdict instanceof Limited limited
        ? new Limited(
            limited.charges().stream().map(Reservations::held).toList(), limited.further())
        : verdict;
  }

  private static RequestCharge held(RequestCharge charge) {
    return new RequestCharge(
        charge.part(), Optional.of(HELD), charge.maxWait(), charge.failureMode());
  }

  /**
   * Takes the permits of all rules that apply to a request, or of none. Does not wait for permits.
   *
   * @param request its cost is the highest that is expected
   * @param life how long the reservation can be settled: whole seconds, at most {@link
   *     #LONGEST_LIFE}
   */
  public ReserveResult reserve(CheckedRequest request, Duration life) {
    Admission admission = around.check(request, () -> limiter.admit(request), CheckResult::of);
    CheckResult check = CheckResult.of(admission);
    if (!admission.allowed()) {
      return new ReserveResult(check, Optional.empty());
    }
    Instant end = now().plus(life);
    ReservationRecord made =
        new ReservationRecord(
            UUID.randomUUID().toString(),
            end,
            life,
            request.cost(),
            admission.decision().stream()
                .flatMap(decision -> permits(decision, request.cost()))
                .toList());
    return new ReserveResult(
        check,
        Optional.of(new ReserveResult.Reserved(seal.seal(made.toBytes()), end, request.cost())));
  }

  private static Stream<ReservedPermits> permits(JointDecision decision, long cost) {
    return decision.parts().stream()
        .filter(part -> !part.decision().policy().name().equals(Honeypots.POLICY))
        .flatMap(part -> permits(part, cost).stream());
  }

  /** Returns what a part has taken; empty if it is observed and refuses. */
  private static Optional<ReservedPermits> permits(PartDecision part, long cost) {
    return StoreDecision.of(part.decision())
        .grant()
        .filter(grant -> part.decision().allowed())
        .map(
            grant ->
                new ReservedPermits(
                    part.decision().policy(),
                    part.part().key(),
                    part.part().permits() / cost,
                    grant));
  }

  /**
   * Replaces what was reserved by what was used. Returns what was not used, and charges what was
   * used beyond it. Settling again with the same cost does nothing more.
   *
   * @param id that of the reservation
   * @param cost the cost that was used, 0 to {@link CheckedRequest#HIGHEST_COST}
   */
  public SettleResult settle(String id, long cost) {
    Optional<ReservationRecord> reserved = seal.open(id).map(ReservationRecord::of);
    if (reserved.isEmpty()) {
      return new SettleResult.Unknown();
    }
    Instant end = reserved.get().end();
    return now().isBefore(end)
        ? settlements.settle(reserved.get(), cost)
        : new SettleResult.Ended(end);
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
