package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.RequestVerdict.Denied;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes admissions of decisions, of denials and of failures. Thread-safe. */
final class Admissions {
  private final RateLimitHeaders headers;
  private final Function<? super JointDecision, ProblemType> problemType;
  private final FailureMode failureMode;
  private final TimeSource time;
  private final LimitedLog failures;

  Admissions(HttpLimiterBuilder settings, LimitedLog failures) {
    this.headers = settings.headers;
    this.problemType = settings.problemType;
    this.failureMode = settings.failureMode;
    this.time = settings.timeSource;
    this.failures = failures;
  }

  /**
   * Returns the admission for a reservation.
   *
   * @param earlier what other limiters have decided on the request before
   */
  Admission reserved(Charges charges, JointReservation made, Optional<JointDecision> earlier) {
    return made.allowed()
        ? allowed(made.decision(), earlier, Settlement.of(charges, made, this::notSettled))
        : refused(made.decision(), earlier);
  }

  Admission decided(JointDecision decision, Optional<JointDecision> earlier) {
    return decision.allowed()
        ? allowed(decision, earlier, Settlement.NONE)
        : refused(decision, earlier);
  }

  private Admission allowed(
      JointDecision decision, Optional<JointDecision> earlier, Settlement settlement) {
    JointDecision reported = together(earlier, decision);
    return Admission.allowed(decision, reported, headers.of(reported, now()), settlement);
  }

  private Admission refused(JointDecision decision, Optional<JointDecision> earlier) {
    return refused(
        new Refusal(
            problemType.apply(decision),
            decision.retryAfter(),
            LimitView.refusing(decision),
            Optional.of(decision)),
        earlier);
  }

  /** Returns the admission for a refusal, with the headers of its decision if it has one. */
  Admission refused(Refusal refusal, Optional<JointDecision> earlier) {
    return refused(
        refusal,
        refusal
            .decision()
            .map(decision -> headers.of(together(earlier, decision), now()))
            .orElse(Map.of()));
  }

  private static Admission refused(Refusal refusal, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    refusal.retryAfterSeconds().ifPresent(seconds -> all.put("Retry-After", seconds.toString()));
    return Admission.refused(refusal, all);
  }

  private static JointDecision together(Optional<JointDecision> earlier, JointDecision decision) {
    return earlier.isEmpty() ? decision : earlier.get().and(decision);
  }

  Admission denied(Denied denied) {
    return refused(
        new Refusal(denied.type(), denied.retryAfter(), List.of(), Optional.empty()), Map.of());
  }

  Admission failed(Throwable failure, Charges charges) {
    FailureMode mode = charges.failureMode().orElse(failureMode);
    failures
        .event()
        .addKeyValue("mode", mode)
        .setCause(Keyless.stack(failure))
        .log("A request could not be decided; the failure mode decides: {}", mode);
    return mode == FailureMode.ALLOW
        ? Admission.unlimited()
        : refused(
            new Refusal(
                ProblemType.TEMPORARY_REDUCED_CAPACITY,
                Optional.empty(),
                List.of(),
                Optional.empty()),
            Map.of());
  }

  /** Returns the permits of a request that is refused after it was granted them. */
  void giveBack(JointReservation made) {
    var unused =
        made.cancelAsync()
            .exceptionally(
                failure -> {
                  failures
                      .event()
                      .setCause(Keyless.stack(failure))
                      .log("The permits of a refused request could not be returned");
                  return null;
                });
  }

  private void notSettled(Throwable failure) {
    failures
        .event()
        .setCause(Keyless.stack(failure))
        .log("The cost of a response could not be settled; what was reserved stays charged");
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
