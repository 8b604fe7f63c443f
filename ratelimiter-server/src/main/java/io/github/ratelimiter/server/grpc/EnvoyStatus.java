package io.github.ratelimiter.server.grpc;

import com.google.protobuf.Duration;
import io.github.ratelimiter.CalendarUnit;
import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.Code;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.DescriptorStatus;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.RateLimit;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.RateLimit.Unit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** The limit that binds, of a part that is enforced. */
  private record Binding(Decision decision, LimitStatus status) {
    boolean refuses() {
      return !decision.allowed();
    }
  }

  /**
   * Returns the status of a descriptor, with the limit that binds.
   *
   * @param parts the decisions of the limits that count it
   */
  static DescriptorStatus of(Code code, List<PartDecision> parts) {
    DescriptorStatus.Builder status = DescriptorStatus.newBuilder().setCode(code);
    binding(parts)
        .ifPresent(
            binding ->
                status
                    .setCurrentLimit(limit(binding))
                    .setLimitRemaining(number(binding.status().remaining()))
                    .setDurationUntilReset(duration(binding.status().resetAfter())));
    return status.build();
  }

  /** A limit that refuses comes first, then the one with the fewest permits. */
  private static Optional<Binding> binding(List<PartDecision> parts) {
    return parts.stream()
        .filter(part -> !part.part().isObserved())
        .map(part -> binding(part.decision()))
        .min(
            Comparator.comparing((Binding each) -> !each.refuses())
                .thenComparing(each -> each.status().remaining()));
  }

  private static Binding binding(Decision decision) {
    LimitStatus status =
        decision.limits().stream()
            .filter(each -> each.limit().equals(decision.limit()))
            .findFirst()
            .orElseThrow();
    return new Binding(decision, status);
  }

  private static RateLimit limit(Binding binding) {
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
