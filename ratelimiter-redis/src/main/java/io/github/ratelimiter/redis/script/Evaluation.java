package io.github.ratelimiter.redis.script;

import java.util.List;

/** What one run of the decision script is called with. Immutable. */
public sealed interface Evaluation permits ScriptCall, JointCall {
  /**
   * Returns the keys for {@code EVALSHA}: those of the states, then for each sliding log the key of
   * its ring, which is the key of the state with a suffix.
   */
  byte[][] keys();

  /** Returns the arguments for {@code EVALSHA}. */
  byte[][] args();

  /** Returns the number of requests. */
  int requests();

  /**
   * Returns the instant at which the script decided, on the server's clock, in microseconds since
   * the Unix epoch.
   */
  default long nowMicros(Object reply) {
    return (Long) ((List<?>) reply).get(0);
  }
}
