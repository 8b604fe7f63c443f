package io.github.ratelimiter;

import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.internal.Periods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs the refusals of a limiter at debug, without keys. Thread-safe.
 *
 * <p>At most ten a second are logged. A limiter refuses most when it is attacked; a line for each
 * refusal would then cost far more than the refusals. Ten show what is going on, and the next one
 * tells how many were left out. An application that needs each of them adds a {@code DecisionLog}.
 */
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RateLimiter.class);

  private final LimitedLog limited;

  RefusalLog(TimeSource time) {
    limited = new LimitedLog(LOG, Level.DEBUG, LimitedLog.Rate.TEN_A_SECOND, time);
  }

  /** Returns whether refusals are logged. While they are not, this is all that they cost. */
  boolean isOn() {
    return LOG.isDebugEnabled();
  }

  /** Logs the decision if the call asked for permits and it was refused. */
  void decided(Call call, Decision decision) {
    if (!decision.allowed() && call.operation().takesPermits()) {
      refused(call.permits(), decision);
    }
  }

  /** Logs a refusal. */
  void refused(long permits, Decision decision) {
    LoggingEventBuilder event = limited.event();
    if (LimitedLog.isNothing(event)) {
      return;
    }
    if (decision.outcome() == Decision.Outcome.REFUSED) {
      event = event.addKeyValue("retry_after_ms", Periods.millis(decision.retryAfterMicros()));
    }
    event
        .addKeyValue("policy", decision.policy().name())
        .addKeyValue("limit", decision.limit().text())
        .addKeyValue("outcome", decision.outcome())
        .addKeyValue("source", decision.source())
        .addKeyValue("permits", permits)
        .log("A call was {}", decision);
  }
}
