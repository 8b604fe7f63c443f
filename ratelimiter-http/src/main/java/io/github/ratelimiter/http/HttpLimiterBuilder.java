package io.github.ratelimiter.http;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/** Builds an {@link HttpLimiter}. Not thread-safe. */
public final class HttpLimiterBuilder {
  private final List<RequestLimits> limits = new ArrayList<>();

  Predicate<? super HttpRequest> skipped = request -> false;
  Duration maxWait = Duration.ZERO;
  RateLimitHeaders headers = RateLimitHeaders.draft();
  RefusalBody body = RefusalBody.problemDetails();
  Function<? super JointDecision, ProblemType> problemType = HttpLimiterBuilder::typeOf;
  FailureMode failureMode = FailureMode.ALLOW;
  TimeSource timeSource = TimeSource.system();

  HttpLimiterBuilder() {}

  /** A refusal by a fallback says that the store is down. */
  private static ProblemType typeOf(JointDecision decision) {
    boolean withoutStore =
        decision.refusedBy().stream()
            .anyMatch(part -> part.decision().source() == Decision.Source.FALLBACK);
    return withoutStore ? ProblemType.TEMPORARY_REDUCED_CAPACITY : ProblemType.QUOTA_EXCEEDED;
  }

  /**
   * Adds a limit that takes one permit for each request.
   *
   * @param limiter the limiter
   * @param key who or what is counted
   * @return this
   */
  public HttpLimiterBuilder limit(RateLimiter limiter, RequestKey key) {
    return limits(RequestLimit.of(limiter, key));
  }

  /**
   * Adds limits: a {@link RequestLimit}, or code that chooses limits for a request. The limits of
   * one request must all be on the same store. A request with more than {@link
   * JointLimiter#MAX_PARTS} limits is refused, whatever the failure mode is.
   *
   * @param limits the limits
   * @return this
   */
  public HttpLimiterBuilder limits(RequestLimits limits) {
    this.limits.add(Objects.requireNonNull(limits, "limits"));
    return this;
  }

  /**
   * Sets which requests are not limited. Default: none.
   *
   * @param skipped for example {@code RequestFilters.method("OPTIONS").or(
   *     RequestFilters.pathPrefix("/static/"))}
   * @return this
   */
  public HttpLimiterBuilder skip(Predicate<? super HttpRequest> skipped) {
    this.skipped = Objects.requireNonNull(skipped, "skipped");
    return this;
  }

  /**
   * Sets how long a request may wait until it is allowed, instead of being refused. A request that
   * would be refused after this time as well is refused immediately. Limits that are settled after
   * the response do not wait. {@link HttpLimiter#admit} then blocks a thread for this time.
   * Default: zero.
   *
   * @param maxWait zero or more
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public HttpLimiterBuilder maxWait(Duration maxWait) {
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException("maxWait is " + maxWait + "; it must be zero or more");
    }
    this.maxWait = maxWait;
    return this;
  }

  /**
   * Sets the headers of responses. Default: {@link RateLimitHeaders#draft()}.
   *
   * @param headers the style
   * @return this
   */
  public HttpLimiterBuilder headers(RateLimitHeaders headers) {
    this.headers = Objects.requireNonNull(headers, "headers");
    return this;
  }

  /**
   * Sets the body of refusals. Default: {@link RefusalBody#problemDetails()}.
   *
   * @param body makes the body
   * @return this
   */
  public HttpLimiterBuilder body(RefusalBody body) {
    this.body = Objects.requireNonNull(body, "body");
    return this;
  }

  /**
   * Sets the kind of a refusal, which has its status code. Default: {@link
   * ProblemType#TEMPORARY_REDUCED_CAPACITY} if a fallback refuses because the store is down,
   * otherwise {@link ProblemType#QUOTA_EXCEEDED}.
   *
   * @param problemType gets the decision that refuses
   * @return this
   */
  public HttpLimiterBuilder problemType(Function<? super JointDecision, ProblemType> problemType) {
    this.problemType = Objects.requireNonNull(problemType, "problemType");
    return this;
  }

  /**
   * Sets what happens to requests that cannot be decided. Default: {@link FailureMode#ALLOW}.
   *
   * @param failureMode the mode
   * @return this
   */
  public HttpLimiterBuilder failureMode(FailureMode failureMode) {
    this.failureMode = Objects.requireNonNull(failureMode, "failureMode");
    return this;
  }

  /**
   * Sets the clock for headers with a time. Default: the system's.
   *
   * @param timeSource the clock
   * @return this
   */
  public HttpLimiterBuilder timeSource(TimeSource timeSource) {
    this.timeSource = Objects.requireNonNull(timeSource, "timeSource");
    return this;
  }

  /**
   * Returns whether there are no limits yet.
   *
   * @return true if {@link #build} would fail
   */
  public boolean isEmpty() {
    return limits.isEmpty();
  }

  /**
   * Returns the limiter.
   *
   * @return a limiter
   * @throws IllegalStateException if there are no limits
   */
  public HttpLimiter build() {
    if (limits.isEmpty()) {
      throw new IllegalStateException("there are no limits; call limit(limiter, key)");
    }
    return new HttpLimiter(this, limits.size() == 1 ? limits.get(0) : new AllOf(limits));
  }

  /** The limits of all. */
  private record AllOf(List<RequestLimits> each) implements RequestLimits {
    AllOf {
      each = List.copyOf(each);
    }

    @Override
    public RequestVerdict of(HttpRequest request) {
      return together(limits -> limits.of(request));
    }

    @Override
    public RequestVerdict peek(HttpRequest request) {
      return together(limits -> limits.peek(request));
    }

    private RequestVerdict together(Function<RequestLimits, RequestVerdict> verdict) {
      return each.stream().map(verdict).reduce(RequestVerdict.unlimited(), RequestVerdict::and);
    }

    @Override
    public String toString() {
      return each.toString();
    }
  }
}
