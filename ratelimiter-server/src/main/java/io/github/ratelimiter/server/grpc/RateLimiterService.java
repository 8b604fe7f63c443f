package io.github.ratelimiter.server.grpc;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.server.check.BindingLimit;
import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.RefusalReason;
import io.github.ratelimiter.server.grpc.v1.CheckRateLimitRequest;
import io.github.ratelimiter.server.grpc.v1.CheckRateLimitResponse;
import io.github.ratelimiter.server.grpc.v1.GetUserStatsRequest;
import io.github.ratelimiter.server.grpc.v1.GetUserStatsResponse;
import io.github.ratelimiter.server.grpc.v1.RateLimiterGrpc.RateLimiterImplBase;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks over gRPC. Thread-safe. */
public final class RateLimiterService extends RateLimiterImplBase {
  private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private final Checks checks;
  private final Optional<UserStats> stats;
  private final TimeSource time;

  /**
   * Creates a service.
   *
   * @param stats empty if there are no statistics
   * @param time the clock for the times of answers
   */
  public RateLimiterService(Checks checks, Optional<UserStats> stats, TimeSource time) {
    this.checks = checks;
    this.stats = stats;
    this.time = time;
  }

  @Override
  public void checkRateLimit(
      CheckRateLimitRequest request, StreamObserver<CheckRateLimitResponse> caller) {
    Call.answer(caller, () -> answer(checks.check(requestOf(request))));
  }

  private static CheckedRequest requestOf(CheckRateLimitRequest request) {
    String endpoint = Fields.required("endpoint", request.getEndpoint(), "/api/orders");
    return new CheckedRequest(
        Fields.optional("user_id", request.getUserId()),
        Fields.optional("api_key", request.getApiKey()),
        Fields.optional("ip_address", request.getIpAddress()),
        Fields.path("endpoint", endpoint),
        Fields.optional("method", request.getMethod()).orElse("GET"),
        Optional.empty(),
        Map.of(),
        1);
  }

  private CheckRateLimitResponse answer(CheckResult result) {
    result.refusal().ifPresent(RateLimiterService::failIfNotDecided);
    CheckRateLimitResponse.Builder answer =
        CheckRateLimitResponse.newBuilder().setAllowed(result.allowed());
    result
        .decision()
        .flatMap(decision -> BindingLimit.of(decision, now()))
        .ifPresent(
            binding ->
                answer
                    .setLimit(binding.limit())
                    .setRemaining(binding.remaining())
                    .setResetAt(binding.resetAt()));
    result
        .refusal()
        .ifPresent(refusal -> answer.setErrorMessage(RefusalReason.of(refusal).message()));
    return answer.build();
  }

  /** Requests that could not be decided are for the caller to decide. */
  static void failIfNotDecided(Refusal refusal) {
    RefusalReason reason = RefusalReason.of(refusal);
    switch (reason.code()) {
      case NOT_DECIDED ->
          throw Status.UNAVAILABLE.withDescription(reason.message()).asRuntimeException();
      case RATE_LIMIT_EXCEEDED, ACCESS_DENIED, CLIENT_BANNED, STORE_ALMOST_FULL -> {}
    }
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }

  @Override
  public void getUserStats(
      GetUserStatsRequest request, StreamObserver<GetUserStatsResponse> caller) {
    Call.answer(caller, () -> statsOf(request));
  }

  private GetUserStatsResponse statsOf(GetUserStatsRequest request) {
    String user = Fields.required("user_id", request.getUserId(), "42");
    Duration window = window(request.getWindow());
    UserStats.Use use =
        stats
            .orElseThrow(
                () ->
                    Status.UNIMPLEMENTED
                        .withDescription("this service keeps no statistics of users")
                        .asRuntimeException())
            .of(user, window)
            .orElseThrow(
                () ->
                    Status.NOT_FOUND
                        .withDescription("user_id: nothing is known of this user")
                        .asRuntimeException());
    return GetUserStatsResponse.newBuilder()
        .setUserId(user)
        .setTotalRequests(use.total())
        .setAllowedRequests(use.allowed())
        .setRejectedRequests(use.rejected())
        .setCurrentLimit(use.limit())
        .setRemaining(use.remaining())
        .build();
  }

  private static Duration window(String text) {
    Matcher window = WINDOW.matcher(text.isEmpty() ? "1h" : text);
    if (!window.matches()) {
      throw Fields.mistake("window", "found '%s', expected 30s, 15m, 1h or 7d", text);
    }
    ChronoUnit unit = java.util.Objects.requireNonNull(UNITS.get(window.group(2)));
    return Duration.of(Long.parseLong(window.group(1)), unit);
  }
}
