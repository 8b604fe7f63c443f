package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.http.HttpResponse;
import io.github.ratelimiter.http.RequestCharge;
import io.github.ratelimiter.http.RequestVerdict;
import io.github.ratelimiter.http.RequestVerdict.Limited;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Rules in force in a preview, with a store of their own and the clock of the log. A request that
 * may wait for its permits, and would get them in time, is not refused.
 */
final class PreviewSide implements AutoCloseable {
  /** What refuses a request. */
  record RuleKey(String rule, String key) {}

  private static final String LISTS = "(lists, bans and honeypots)";

  private long nowMicros;
  private final LocalStateStore store =
      LocalStateStore.builder().timeSource(() -> nowMicros).build();
  private final Rules rules;

  PreviewSide(RuleSet set) {
    this.rules = Checks.rules(store, set, () -> nowMicros);
  }

  Optional<RuleKey> refusedBy(LoggedRequest logged) {
    nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, logged.time());
    RequestVerdict verdict = rules.of(logged.request());
    if (!(verdict instanceof Limited limited)) {
      return Optional.of(new RuleKey(LISTS, client(logged.request())));
    }
    List<RequestCharge> charges = limited.charges();
    if (charges.isEmpty()) {
      return Optional.empty();
    }
    JointReservation made =
        JointLimiter.of(charges.stream().map(RequestCharge::part).toList()).reserve();
    if (made.allowed()) {
      settle(charges, made, logged);
      return Optional.empty();
    }
    return made.decision()
        .refusedBy()
        .filter(refusing -> !canWait(charges, refusing))
        .map(refusing -> new RuleKey(refusing.decision().policy().name(), refusing.part().key()));
  }

  private static String client(CheckedRequest request) {
    return request
        .userId()
        .map(user -> "user:" + user)
        .or(() -> request.ipAddress().map(address -> "ip:" + address))
        .orElse("");
  }

  /** A rule may count only some responses. Without a status, it counts the request. */
  private static void settle(
      List<RequestCharge> charges, JointReservation made, LoggedRequest logged) {
    for (int i = 0; i < charges.size(); i++) {
      Reservation reservation = made.reservations().get(i);
      Optional<ResponseCost> cost = charges.get(i).responseCost();
      if (logged.status().isPresent() && cost.isPresent() && reservation.allowed()) {
        HttpResponse response = new HttpResponse(logged.status().getAsInt(), 0);
        reservation.settle(cost.get().permits(reservation.permits(), response));
      }
    }
  }

  private static boolean canWait(List<RequestCharge> charges, PartDecision refusing) {
    Duration maxWait =
        charges.stream()
            .filter(charge -> charge.part() == refusing.part())
            .map(RequestCharge::maxWait)
            .findFirst()
            .orElse(Duration.ZERO);
    return refusing
        .decision()
        .retryAfter()
        .filter(wait -> wait.compareTo(maxWait) <= 0)
        .isPresent();
  }

  @Override
  public void close() {
    store.close();
  }
}
