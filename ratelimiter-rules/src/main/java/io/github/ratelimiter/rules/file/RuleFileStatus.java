package io.github.ratelimiter.rules.file;

import java.time.Instant;

/** What has become of a {@link FollowedFile}. Immutable. */
public sealed interface RuleFileStatus {
  /**
   * Returns the number of the version of the rules in force, whether it is that of the file or not.
   *
   * @return the number of a {@link io.github.ratelimiter.rules.RuleVersion}
   */
  long version();

  /**
   * The rules of the file are in force.
   *
   * @param version the version that has them
   */
  record InForce(long version) implements RuleFileStatus {}

  /**
   * The file has changed. It is read again, to be sure that it is complete.
   *
   * @param version the version in force until then
   */
  record Updating(long version) implements RuleFileStatus {}

  /**
   * The file has mistakes, or it cannot be read. The rules before stay in force.
   *
   * @param version the version in force
   * @param since when the first of the failures was noticed that the file has had without a break
   * @param reason the last failure, with all mistakes
   */
  record Failed(long version, Instant since, RuleFileException reason) implements RuleFileStatus {}

  /**
   * Other rules are in force, because a program has replaced those of the file. The next change of
   * the file ends this.
   *
   * @param version the version in force
   */
  record Replaced(long version) implements RuleFileStatus {}
}
