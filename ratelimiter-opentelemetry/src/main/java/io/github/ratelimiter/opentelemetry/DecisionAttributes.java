package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.Call.Operation;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.opentelemetry.api.common.AttributeKey;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The attributes of a call and its decision, in spans and in events. */
final class DecisionAttributes {
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("ratelimiter.operation");
  static final AttributeKey<String> KEY_HASH = AttributeKey.stringKey("ratelimiter.key_hash");
  private static final AttributeKey<String> POLICY = AttributeKey.stringKey("ratelimiter.policy");
  private static final AttributeKey<Long> PERMITS = AttributeKey.longKey("ratelimiter.permits");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("ratelimiter.outcome");
  private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("ratelimiter.source");
  private static final AttributeKey<String> LIMIT = AttributeKey.stringKey("ratelimiter.limit");
  private static final AttributeKey<Long> REMAINING = AttributeKey.longKey("ratelimiter.remaining");
  private static final AttributeKey<Double> RETRY_AFTER =
      AttributeKey.doubleKey("ratelimiter.retry_after");

  private static final Map<Operation, String> OPERATIONS = lowerCase(Operation.class);
  private static final Map<Decision.Outcome, String> OUTCOMES = lowerCase(Decision.Outcome.class);
  private static final Map<Decision.Source, String> SOURCES = lowerCase(Decision.Source.class);

  private static final double MICROS_PER_SECOND = 1e6;

  /** Takes attributes: a span that is built, a span, or the attributes of an event. */
  @FunctionalInterface
  interface Target {
    <T> void put(AttributeKey<T> key, T value);
  }

  private DecisionAttributes() {}

  static String nameOf(Operation operation) {
    return nameOf(operation, OPERATIONS);
  }

  /**
   * Puts what is known when a call begins.
   *
   * @param permits 0 if the operation has no number of permits
   */
  static void putCall(Target target, Operation operation, Policy policy, long permits) {
    target.put(OPERATION, nameOf(operation));
    target.put(POLICY, policy.name());
    if (permits > 0) {
      target.put(PERMITS, permits);
    }
  }

  /** Puts what is known when a call has been decided. */
  static void putDecision(Target target, Decision decision) {
    target.put(OUTCOME, nameOf(decision.outcome(), OUTCOMES));
    target.put(SOURCE, nameOf(decision.source(), SOURCES));
    target.put(LIMIT, decision.limit().text());
    target.put(REMAINING, decision.remaining());
    if (decision.outcome() == Decision.Outcome.REFUSED) {
      target.put(RETRY_AFTER, decision.retryAfterMicros() / MICROS_PER_SECOND);
    }
  }

  private static <E extends Enum<E>> String nameOf(E constant, Map<E, String> names) {
    return Objects.requireNonNull(names.get(constant));
  }

  private static <E extends Enum<E>> Map<E, String> lowerCase(Class<E> type) {
    Map<E, String> names = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      names.put(constant, constant.name().toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
