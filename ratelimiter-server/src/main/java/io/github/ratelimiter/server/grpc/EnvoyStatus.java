package io.github.ratelimiter.server.grpc;

import com.google.protobuf.Duration;
import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.server.check.BindingLimit;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.Code;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.DescriptorStatus;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.RateLimit;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.RateLimit.Unit;
import java.util.List;
import java.util.Map;

/** Describes decisions as Envoy's protocol does. */
final class EnvoyStatus {
  private static final long LARGEST_NUMBER = 0xFFFF_FFFFL;

  private static final Map<java.time.Duration, Unit> UNITS =
      Map.of(
          java.time.Duration.ofSeconds(1), Unit.SECOND,
          java.time.Duration.ofMinutes(1), Unit.MINUTE,
          java.time.Duration.ofHours(1), Unit.HOUR,
          java.time.Duration.ofDays(1), Unit.DAY,
          java.time.Duration.ofDays(7), Unit.WEEK);

  private EnvoyStatus() {}

  /**
   * Returns the status of a descriptor, with the limit that binds.
   *
   * @param parts the decisions of the limits that count it
   */
  static DescriptorStatus of(Code code, List<PartDecision> parts) {
    DescriptorStatus.Builder status = DescriptorStatus.newBuilder().setCode(code);
    BindingLimit.of(parts)
        .ifPresent(
            binding ->
                status
                    .setCurrentLimit(limit(binding))
                    .setLimitRemaining(number(binding.remaining()))
                    .setDurationUntilReset(duration(reset(binding))));
    return status.build();
  }

  /** A key that is drained is not available when its limits are. */
  private static java.time.Duration reset(BindingLimit binding) {
    java.time.Duration reset = binding.status().resetAfter();
    java.time.Duration retry = binding.decision().retryAfter().orElse(java.time.Duration.ZERO);
    return retry.compareTo(reset) > 0 ? retry : reset;
  }

  private static RateLimit limit(BindingLimit binding) {
    Limit limit = binding.status().limit();
    return RateLimit.newBuilder()
        .setName(binding.decision().policy().name())
        .setRequestsPerUnit(number(limit.permits()))
        .setUnit(unit(limit))
        .build();
  }

  /** A period that the protocol does not have is unknown. */
  private static Unit unit(Limit limit) {
    if (limit instanceof CalendarWindow window) {
      return unit(window.unit());
    }
    return UNITS.getOrDefault(limit.period(), Unit.UNKNOWN);
  }

  private static Unit unit(CalendarUnit unit) {
    return switch (unit) {
      case DAY -> Unit.DAY;
      case WEEK -> Unit.WEEK;
      case MONTH -> Unit.MONTH;
      case YEAR -> Unit.YEAR;
    };
  }

  /** Returns a number without a sign; one that is too large is the largest. */
  private static int number(long found) {
    return (int) Math.min(found, LARGEST_NUMBER);
  }

  private static Duration duration(java.time.Duration found) {
    return Duration.newBuilder().setSeconds(found.getSeconds()).setNanos(found.getNano()).build();
  }
}
