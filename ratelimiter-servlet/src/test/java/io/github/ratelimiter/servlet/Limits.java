package io.github.ratelimiter.servlet;

import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.ResponseCost;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;

/** A limiter of a million permits on all requests, on a clock that stands still. */
final class Limits {
  private static final long PERMITS = 1_000_000;

  final ManualTimeSource time = ManualTimeSource.create();
  final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();
  final RateLimiter everybody = limiter("everybody", "fixed-window " + PERMITS + "/h");

  RateLimiter limiter(String name, String policy) {
    return RateLimiter.builder().policy(name, policy).store(store).timeSource(time).build();
  }

  HttpLimiter counting() {
    return HttpLimiter.builder().limit(everybody, RequestKey.global()).build();
  }

  HttpLimiter settledBy(long reserved, ResponseCost cost) {
    return HttpLimiter.builder()
        .limits(
            RequestLimit.of(everybody, RequestKey.global())
                .permits(request -> reserved)
                .settledBy(cost))
        .build();
  }

  /** A limiter that refuses everything. */
  HttpLimiter refusing() {
    RateLimiter nobody = limiter("nobody", "fixed-window 1/h");
    nobody.tryAcquire("global");
    return HttpLimiter.builder().limit(nobody, RequestKey.global()).build();
  }

  long counted() {
    return PERMITS - everybody.peek("global").remaining();
  }

  /** Responses are settled shortly after the client has them. */
  void awaitCounted(long permits) {
    await().atMost(Duration.ofSeconds(20)).until(this::counted, counted -> counted == permits);
  }
}
