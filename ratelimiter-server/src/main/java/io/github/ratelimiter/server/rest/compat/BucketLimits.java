package io.github.ratelimiter.server.rest.compat;

import io.github.ratelimiter.LeakyBucket;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicySyntaxException;
import io.github.ratelimiter.TokenBucket;
import io.github.ratelimiter.server.rest.ProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bucket as two numbers: how much it holds, and how much it refills or leaks in a second. */
final class BucketLimits {
  private BucketLimits() {}

  /**
   * Returns the limits that parameters describe.
   *
   * @throws ProblemException if one of them is missing or wrong
   */
  static String text(Parameters parameters) {
    Optional<BigDecimal> tokens = parameters.number("max_tokens");
    Optional<BigDecimal> capacity = parameters.number("capacity");
    if (tokens.isPresent() == capacity.isPresent()) {
      throw ProblemException.badField(
          "max_tokens", "expected max_tokens and refill_rate, or capacity and leak_rate");
    }
    String size = tokens.isPresent() ? "max_tokens" : "capacity";
    String rate = tokens.isPresent() ? "refill_rate" : "leak_rate";
    String algorithm = tokens.isPresent() ? "" : "leaky-bucket ";
    BigDecimal perSecond =
        parameters
            .number(rate)
            .orElseThrow(() -> ProblemException.badField(rate, "%s: is missing".formatted(rate)));
    String text =
        algorithm
            + rate(perSecond)
            + " burst "
            + tokens.or(() -> capacity).orElseThrow().toPlainString();
    try {
      return Policy.parse("limits", text).text();
    } catch (PolicySyntaxException e) {
      throw ProblemException.badField(
          size, "%s and %s are together '%s'; %s".formatted(size, rate, text, e.getMessage()));
    }
  }

  /** Returns a rate in whole numbers: 0.25 in a second are 1 in 4 seconds. */
  private static String rate(BigDecimal perSecond) {
    BigDecimal plain = perSecond.stripTrailingZeros();
    BigInteger seconds = BigInteger.TEN.pow(Math.max(plain.scale(), 0));
    BigInteger permits = plain.multiply(new BigDecimal(seconds)).toBigIntegerExact();
    BigInteger divisor = permits.gcd(seconds);
    BigInteger period = seconds.divide(divisor);
    return permits.divide(divisor) + "/" + (period.equals(BigInteger.ONE) ? "" : period) + "s";
  }

  /** Returns the numbers of limits; none if they are no bucket. */
  static Map<String, Number> numbers(String limits) {
    Map<String, Number> numbers = new LinkedHashMap<>();
    Limit limit = Policy.parse("limits", limits).limits().get(0);
    double perSecond = limit.permits() * 1e6 / (limit.period().toNanos() / 1e3);
    if (limit instanceof TokenBucket) {
      numbers.put("max_tokens", limit.capacity());
      numbers.put("refill_rate", perSecond);
    } else if (limit instanceof LeakyBucket) {
      numbers.put("capacity", limit.capacity());
      numbers.put("leak_rate", perSecond);
    }
    return numbers;
  }
}
