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
import io.github.ratelimiter.server.stats.Statistics;
import io.github.ratelimiter.server.stats.StatsWindow;
import io.github.ratelimiter.server.stats.UserStats;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Checks over gRPC. Thread-safe. */
public final class RateLimiterService extends RateLimiterImplBase {
  private final Checks checks;
  private final Statistics statistics;
  private final TimeSource time;

  /**
   * Creates a service.
   *
   * @param statistics what users have used
   * @param time the clock for the times of answers
   */
  public RateLimiterService(Checks checks, Statistics statistics, TimeSource time) {
    this.checks = checks;
    this.statistics = statistics;
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
        .flatMap(BindingLimit::of)
        .ifPresent(
            binding ->
                answer
                    .setLimit(binding.limit())
                    .setRemaining(binding.remaining())
                    .setResetAt(binding.resetAt(now())));
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
    UserStats counted = statistics.user(user, window);
    Optional<BindingLimit> now =
        checks.peek(CheckedRequest.of(user, "/")).decision().flatMap(BindingLimit::of);
    return GetUserStatsResponse.newBuilder()
        .setUserId(user)
        .setTotalRequests(counted.allowed() + counted.rejected())
        .setAllowedRequests(counted.allowed())
        .setRejectedRequests(counted.rejected())
        .setCurrentLimit(now.map(BindingLimit::limit).orElse(0L))
        .setRemaining(now.map(BindingLimit::remaining).orElse(0L))
        .build();
  }

  private static Duration window(String text) {
    return text.isEmpty()
        ? StatsWindow.DEFAULT
        : StatsWindow.parse(text)
            .orElseThrow(
                () -> Fields.mistake("window", "found '%s', expected 30s, 15m, 1h or 7d", text));
  }
}
