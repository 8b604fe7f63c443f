package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.RequestVerdict.Denied;
import io.github.ratelimiter.internal.LimitedLog;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Limits HTTP requests, in every container. Adapters for containers pass requests to it; see {@link
 * Admission} for what they do with the result. Thread-safe.
 *
 * <pre>{@code
 * HttpLimiter http =
 *     HttpLimiter.builder()
 *         .limit(users, RequestKey.user())
 *         .limit(addresses, RequestKey.address(ClientAddress.ofConnection()))
 *         .build();
 * }</pre>
 *
 * <p>All limits of a request are decided together: it is allowed only if all of them allow it, and
 * a refusal by one costs the others nothing. A failure of a limiter, or of code that chooses limits
 * and keys, never becomes an exception: the {@link FailureMode} decides.
 */
public final class HttpLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpLimiter.class);

  private final LimitedLog failures =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_SECOND, TimeSource.system());

  private final RequestLimits limits;
  private final Predicate<? super HttpRequest> skipped;
  private final Duration maxWait;
  private final RateLimitHeaders headers;
  private final RefusalBody body;
  private final Function<? super JointDecision, ProblemType> problemType;
  private final FailureMode failureMode;
  private final TimeSource time;

  HttpLimiter(HttpLimiterBuilder settings, RequestLimits limits) {
    this.limits = limits;
    this.skipped = settings.skipped;
    this.maxWait = settings.maxWait;
    this.headers = settings.headers;
    this.body = settings.body;
    this.problemType = settings.problemType;
    this.failureMode = settings.failureMode;
    this.time = settings.timeSource;
  }

  /**
   * Returns a builder.
   *
   * @return a builder without limits
   */
  public static HttpLimiterBuilder builder() {
    return new HttpLimiterBuilder();
  }

  /**
   * Decides on a request. Blocks until the limiters have decided, at most for their timeout and the
   * time that a request may wait.
   *
   * @param request the request
   * @return the result
   */
  public Admission admit(HttpRequest request) {
    try {
      return admit(verdictOf(request), earlier(request));
    } catch (RuntimeException e) {
      return failed(e, Charges.NONE);
    }
  }

  /**
   * Decides on a verdict that is known already, whatever the limits of this limiter are: for
   * adapters that limit something else than requests. Blocks as {@link #admit(HttpRequest)} does.
   *
   * @param verdict what applies
   * @return the result
   */
  public Admission admit(RequestVerdict verdict) {
    return admit(verdict, Optional.empty());
  }

  private Admission admit(RequestVerdict verdict, Optional<JointDecision> earlier) {
    if (verdict instanceof Denied denied) {
      return denied(denied);
    }
    Charges charges = Charges.of(verdict, maxWait);
    try {
      return admit(charges, earlier);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(e, charges);
    } catch (RuntimeException e) {
      return failed(e, charges);
    }
  }

  private Admission admit(Charges charges, Optional<JointDecision> earlier)
      throws InterruptedException {
    if (charges.isEmpty()) {
      return Admission.unlimited();
    }
    JointLimiter limiter = charges.limiter();
    if (charges.areSettled()) {
      return reserved(charges, limiter.reserve(), earlier);
    }
    JointDecision decision = limiter.tryAcquire();
    Duration wait = charges.waitAfter(decision);
    return decided(wait.isZero() ? decision : limiter.tryAcquire(wait), earlier);
  }

  /**
   * Returns what {@link #admit(RequestVerdict)} would decide now, without consuming permits. It
   * does not wait. Blocks for a query of each limit.
   *
   * @param verdict what applies
   * @return the result; there is nothing to complete
   */
  public Admission peek(RequestVerdict verdict) {
    if (verdict instanceof Denied denied) {
      return denied(denied);
    }
    Charges charges = Charges.of(verdict, Duration.ZERO);
    try {
      return charges.isEmpty()
          ? Admission.unlimited()
          : decided(charges.limiter().peek(), Optional.empty());
    } catch (RuntimeException e) {
      return failed(e, charges);
    }
  }

  /**
   * Decides on a request without blocking.
   *
   * @param request the request
   * @return a future of the result; it does not fail
   */
  public CompletableFuture<Admission> admitAsync(HttpRequest request) {
    try {
      return admitAsync(verdictOf(request), earlier(request));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(e, Charges.NONE));
    }
  }

  /**
   * Decides on a verdict that is known already, as {@link #admit(RequestVerdict)} does, without
   * blocking.
   *
   * @param verdict what applies
   * @return a future of the result; it does not fail
   */
  public CompletableFuture<Admission> admitAsync(RequestVerdict verdict) {
    return admitAsync(verdict, Optional.empty());
  }

  private CompletableFuture<Admission> admitAsync(
      RequestVerdict verdict, Optional<JointDecision> earlier) {
    if (verdict instanceof Denied denied) {
      return CompletableFuture.completedFuture(denied(denied));
    }
    Charges charges = Charges.of(verdict, maxWait);
    try {
      return admitAsync(charges, earlier).exceptionally(failure -> failed(failure, charges));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(e, charges));
    }
  }

  private CompletableFuture<Admission> admitAsync(
      Charges charges, Optional<JointDecision> earlier) {
    if (charges.isEmpty()) {
      return CompletableFuture.completedFuture(Admission.unlimited());
    }
    JointLimiter limiter = charges.limiter();
    if (charges.areSettled()) {
      return limiter.reserveAsync().thenApply(made -> reserved(charges, made, earlier));
    }
    return limiter
        .tryAcquireAsync()
        .thenCompose(
            decision -> {
              Duration wait = charges.waitAfter(decision);
              return wait.isZero()
                  ? CompletableFuture.completedFuture(decision)
                  : limiter.tryAcquireAsync(wait);
            })
        .thenApply(decision -> decided(decision, earlier));
  }

  private RequestVerdict verdictOf(HttpRequest request) {
    return skipped.test(request) ? RequestVerdict.unlimited() : limits.of(request);
  }

  /** Returns what other limiters have decided on this request before. */
  private static Optional<JointDecision> earlier(HttpRequest request) {
    return request.attribute(Admission.ATTRIBUTE).orElse(null) instanceof Admission admission
        ? admission.reported()
        : Optional.empty();
  }

  private static Admission denied(Denied denied) {
    return refused(
        new Refusal(denied.type(), denied.retryAfter(), List.of(), Optional.empty()), Map.of());
  }

  private Admission reserved(
      Charges charges, JointReservation made, Optional<JointDecision> earlier) {
    return made.allowed()
        ? allowed(made.decision(), earlier, Settlement.of(charges.each(), made, this::notSettled))
        : refused(made.decision(), earlier);
  }

  private Admission decided(JointDecision decision, Optional<JointDecision> earlier) {
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
        headers.of(together(earlier, decision), now()));
  }

  private static JointDecision together(Optional<JointDecision> earlier, JointDecision decision) {
    return earlier.isEmpty() ? decision : earlier.get().and(decision);
  }

  private static Admission refused(Refusal refusal, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    refusal.retryAfterSeconds().ifPresent(seconds -> all.put("Retry-After", seconds.toString()));
    return Admission.refused(refusal, all);
  }

  private Admission failed(Throwable failure, Charges charges) {
    FailureMode mode = charges.failureMode().orElse(failureMode);
    failures
        .event()
        .addKeyValue("mode", mode)
        .setCause(failure)
        .log(
            mode == FailureMode.ALLOW
                ? "A request could not be decided; it is allowed"
                : "A request could not be decided; it is refused");
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

  private void notSettled(Throwable failure) {
    failures
        .event()
        .setCause(failure)
        .log("The cost of a response could not be settled; what was reserved stays charged");
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }

  /**
   * Returns the body of a refusal.
   *
   * @param request the request
   * @param refusal why it is refused
   * @return the body; problem details if the application's {@link RefusalBody} throws an exception
   */
  public RefusalBody.Content body(HttpRequest request, Refusal refusal) {
    try {
      return body.of(request, refusal);
    } catch (RuntimeException e) {
      failures.event().setCause(e).log("The body of a refusal failed; problem details are sent");
      return ProblemDetails.of(refusal);
    }
  }

  @Override
  public String toString() {
    return "HttpLimiter(" + limits + ")";
  }
}
