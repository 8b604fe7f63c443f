package io.github.ratelimiter.spring.rules;

import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.rules.file.Mistake;
import io.github.ratelimiter.rules.file.RuleFileStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of rules, for people.
 *
 * @param path where it is
 * @param status for example {@code in-force}
 * @param since when its failure was noticed; null without a failure
 * @param mistakes the mistakes of a file that has failed
 */
record FileState(String path, String status, @Nullable String since, List<String> mistakes) {
  static FileState of(FollowedFile file) {
    RuleFileStatus status = file.status();
    if (status instanceof RuleFileStatus.Failed failed) {
      return new FileState(
          file.toString(),
          "failed",
          failed.since().toString(),
          failed.reason().mistakes().stream().map(Mistake::toString).toList());
    }
    return new FileState(file.toString(), name(status), null, List.of());
  }

  private static String name(RuleFileStatus status) {
    if (status instanceof RuleFileStatus.Updating) {
      return "updating";
    }
    return status instanceof RuleFileStatus.Replaced ? "replaced" : "in-force";
  }
}
