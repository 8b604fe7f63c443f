package io.github.ratelimiter.spring.rules;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source of rules, for people.
 *
 * @param name where it is
 * @param status for example {@code in-force}
 * @param since when its failure was noticed; null without a failure
 * @param mistakes why it has failed
 */
record SourceState(String name, String status, @Nullable String since, List<String> mistakes) {
  static final String IN_FORCE = "in-force";

  static SourceState of(String name, String status) {
    return new SourceState(name, status, null, List.of());
  }

  static SourceState failed(String name, Instant since, List<String> mistakes) {
    return new SourceState(name, "failed", since.toString(), mistakes);
  }
}
