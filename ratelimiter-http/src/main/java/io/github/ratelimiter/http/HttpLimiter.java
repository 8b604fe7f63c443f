package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.RequestVerdict.Denied;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
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
  private final RefusalBody body;
  private final Admissions admissions;

  HttpLimiter(HttpLimiterBuilder settings, RequestLimits limits) {
    this.limits = limits;
    this.skipped = settings.skipped;
    this.maxWait = settings.maxWait;
    this.body = settings.body;
    this.admissions = new Admissions(settings, failures);
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
      return admissions.failed(e, Charges.NONE);
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
      return admissions.denied(denied);
    }
    Charges charges = Charges.of(verdict, maxWait);
    try {
      return admit(charges, earlier);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return admissions.failed(e, charges);
    } catch (RuntimeException e) {
      return admissions.failed(e, charges);
    }
  }

  private Admission admit(Charges charges, Optional<JointDecision> earlier)
      throws InterruptedException {
    if (charges.isEmpty()) {
      return Admission.unlimited();
    }
    JointLimiter limiter = charges.limiter();
    if (charges.areReserved()) {
      JointReservation made = limiter.reserve();
      Duration wait = charges.waitAfter(made.decision());
      return wait.isZero()
          ? joined(checked(charges, made, earlier))
          : joined(checked(charges, limiter.tryAcquire(wait), earlier));
    }
    JointDecision decision = limiter.tryAcquire();
    Duration wait = charges.waitAfter(decision);
    return admissions.decided(wait.isZero() ? decision : limiter.tryAcquire(wait), earlier);
  }

  private static <T> T joined(CompletableFuture<T> later) throws InterruptedException {
    try {
      return later.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /**
   * Returns what {@link #admit(HttpRequest)} would decide now, without consuming permits and
   * without any other effect. It does not wait for permits. Blocks for a query of each limit.
   *
   * @param request the request
   * @return the result; there is nothing to complete
   */
  public Admission peek(HttpRequest request) {
    Charges charges = Charges.NONE;
    try {
      RequestVerdict verdict =
          skipped.test(request) ? RequestVerdict.unlimited() : limits.peek(request);
      if (verdict instanceof Denied denied) {
        return admissions.denied(denied);
      }
      charges = Charges.of(verdict, Duration.ZERO);
      return charges.isEmpty() ? Admission.unlimited() : peek(charges);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return admissions.failed(e, charges);
    } catch (RuntimeException e) {
      return admissions.failed(e, charges);
    }
  }

  private Admission peek(Charges charges) throws InterruptedException {
    JointDecision decision = charges.limiter().peek();
    return joined(refusal(charges, decision))
        .map(refusal -> admissions.refused(refusal, Optional.empty()))
        .orElseGet(() -> admissions.decided(decision, Optional.empty()));
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
      return CompletableFuture.completedFuture(admissions.failed(e, Charges.NONE));
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
      return CompletableFuture.completedFuture(admissions.denied(denied));
    }
    Charges charges = Charges.of(verdict, maxWait);
    try {
      return admitAsync(charges, earlier)
          .exceptionally(failure -> admissions.failed(failure, charges));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(admissions.failed(e, charges));
    }
  }

  private CompletableFuture<Admission> admitAsync(
      Charges charges, Optional<JointDecision> earlier) {
    if (charges.isEmpty()) {
      return CompletableFuture.completedFuture(Admission.unlimited());
    }
    JointLimiter limiter = charges.limiter();
    if (charges.areReserved()) {
      return limiter
          .reserveAsync()
          .thenCompose(
              made -> {
                Duration wait = charges.waitAfter(made.decision());
                return wait.isZero()
                    ? checked(charges, made, earlier)
                    : limiter
                        .tryAcquireAsync(wait)
                        .thenCompose(decision -> checked(charges, decision, earlier));
              });
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
        .thenApply(decision -> admissions.decided(decision, earlier));
  }

  private CompletableFuture<Admission> checked(
      Charges charges, JointReservation made, Optional<JointDecision> earlier) {
    return refusal(charges, made.decision())
        .thenApply(
            refusal -> {
              if (refusal.isEmpty()) {
                return admissions.reserved(charges, made, earlier);
              }
              admissions.giveBack(made);
              return admissions.refused(refusal.get(), earlier);
            });
  }

  /** The permits of a request that has waited for them cannot be returned. */
  private CompletableFuture<Admission> checked(
      Charges charges, JointDecision waited, Optional<JointDecision> earlier) {
    return refusal(charges, waited)
        .thenApply(
            refusal ->
                refusal
                    .map(found -> admissions.refused(found, earlier))
                    .orElseGet(() -> admissions.decided(waited, earlier)));
  }

  private static CompletableFuture<Optional<Refusal>> refusal(
      Charges charges, JointDecision decision) {
    return decision.allowed() && charges.further().isPresent()
        ? charges.further().get().check(decision)
        : CompletableFuture.completedFuture(Optional.empty());
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
      failures
          .event()
          .setCause(Keyless.stack(e))
          .log("The body of a refusal failed; problem details are sent");
      return ProblemDetails.of(refusal);
    }
  }

  @Override
  public String toString() {
    return "HttpLimiter(" + limits + ")";
  }
}
