package io.github.ratelimiter.spring;

import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.http.Refusal;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The serial form of a refusal, without its decision. */
record RefusalData(ProblemType type, @Nullable Duration retryAfter, List<String> violatedPolicies)
    implements Serializable {
  static RefusalData of(Refusal refusal) {
    return new RefusalData(
        refusal.type(), refusal.retryAfter().orElse(null), refusal.violatedPolicies());
  }

  Refusal refusal() {
    return new Refusal(type, Optional.ofNullable(retryAfter), violatedPolicies, Optional.empty());
  }
}
