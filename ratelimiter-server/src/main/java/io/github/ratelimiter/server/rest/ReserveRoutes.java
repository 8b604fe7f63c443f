package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Reservations;
import io.github.ratelimiter.server.check.ReserveResult;
import io.github.ratelimiter.server.check.ReserveResult.Reserved;
import io.github.ratelimiter.server.check.RuleUse;
import io.github.ratelimiter.server.check.SettleResult;
import io.github.ratelimiter.server.security.Access;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Costs that are known later: reservations, and their settlement. */
public final class ReserveRoutes implements Routes {
  private record ReserveAnswer(String id, long expiresAt, long maxCost, CheckAnswer decision) {}

  private record SettleBody(@Nullable String id, @Nullable Long cost) {}

  private record SettleAnswer(long maxCost, long cost, List<KeyState> keys) {}

  private record KeyState(String rule, String key, long remaining) {
    static KeyState of(RuleUse use) {
      return new KeyState(use.rule(), use.key(), use.state().remaining());
    }
  }

  private final Reservations reservations;
  private final TimeSource time;

  /** Creates routes. */
  public ReserveRoutes(Reservations reservations, TimeSource time) {
    this.reservations = reservations;
    this.time = time;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/ratelimit/reserve", this::reserve, Access.PUBLIC);
    routes.post("/v1/ratelimit/settle", this::settle, Access.PUBLIC);
  }

  private void reserve(Context context) {
    ReserveBody body = Json.read(Bodies.read(context), ReserveBody.class);
    ReserveResult result = reservations.reserve(body.toRequest(), body.lifetime());
    result.check().headers().forEach(context::header);
    Instant now = Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
    CheckAnswer decision = CheckAnswer.of(result.check(), now);
    if (result.reservation().isEmpty()) {
      int status = result.check().refusal().map(refusal -> refusal.type().status()).orElseThrow();
      Answers.json(context, status, decision);
      return;
    }
    Reserved made = result.reservation().get();
    Answers.json(
        context,
        200,
        new ReserveAnswer(made.id(), made.end().getEpochSecond(), made.maxCost(), decision));
  }

  private void settle(Context context) {
    SettleBody body = Json.read(Bodies.read(context), SettleBody.class);
    if (body.id() == null) {
      throw ProblemException.badField("id", "id: is missing; it is in the answer to a reservation");
    }
    long cost = Range.check("cost", body.cost(), 0, CheckedRequest.HIGHEST_COST);
    SettleResult result = reservations.settle(body.id(), cost);
    if (result instanceof SettleResult.Settled settled) {
      List<KeyState> keys = settled.uses().stream().map(KeyState::of).toList();
      Answers.json(context, 200, new SettleAnswer(settled.maxCost(), cost, keys));
    } else {
      Answers.problem(context, problem(result, cost));
    }
  }

  private static Problem problem(SettleResult result, long cost) {
    if (result instanceof SettleResult.SettledOtherwise before) {
      return Problem.of(
          409,
          "The reservation is settled",
          "It was settled with the cost %d; the cost %d is not charged"
              .formatted(before.cost(), cost));
    }
    if (result instanceof SettleResult.Ended ended) {
      return Problem.of(
          410,
          "The reservation has ended",
          "It could be settled until %s; what it has reserved stays charged"
              .formatted(ended.end().truncatedTo(ChronoUnit.SECONDS)));
    }
    if (result instanceof SettleResult.Failed failed) {
      return Problem.of(503, "The store did not answer", failed.explanation());
    }
    return Problem.badFields(
        List.of(
            new Problem.FieldError(
                "id",
                "id: is not that of a reservation of this service; instances settle each other's"
                    + " reservations only if they have the same --reservation-secret")));
  }
}
