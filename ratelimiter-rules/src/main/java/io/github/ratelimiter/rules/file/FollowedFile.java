package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule file that rules follow; see {@link RuleFile#watchFor}. What the file has is put into force
 * within a second after a change. If it has mistakes, the rules in force stay, and {@link
 * Rules#reject} reports it. Thread-safe.
 */
public final class FollowedFile implements AutoCloseable {
  private record Failure(Instant since, RuleFileException reason) {}

  private final Rules rules;
  private final RuleFile file;
  private final RuleFileWatch watch;
  private volatile long version;
  private volatile @Nullable Failure failure;

  FollowedFile(RuleFile file, Rules rules) {
    this.rules = rules;
    this.file = file;
    var current = rules.version();
    this.version = current.number();
    this.watch = file.watch(current.rules(), new Follower());
  }

  /**
   * Returns whether the rules of the file are in force.
   *
   * @return the status now
   */
  public RuleFileStatus status() {
    long inForce = rules.version().number();
    if (watch.isUpdating()) {
      return new RuleFileStatus.Updating(inForce);
    }
    Failure last = failure;
    if (last != null) {
      return new RuleFileStatus.Failed(inForce, last.since(), last.reason());
    }
    return inForce == version
        ? new RuleFileStatus.InForce(inForce)
        : new RuleFileStatus.Replaced(inForce);
  }

  /** Ends the watch. The rules in force stay. */
  @Override
  public void close() {
    watch.close();
  }

  /** Returns the path of the file. */
  @Override
  public String toString() {
    return file.toString();
  }

  private final class Follower implements RuleFileListener {
    @Override
    public void changed(RuleSet now) {
      failure = null;
      // After a failure, the file may have the rules that are in force.
      var current = rules.version();
      version =
          current.rules().equals(now)
              ? current.number()
              : rules.replace(now, file.toString()).number();
    }

    @Override
    public void failed(RuleFileException reason) {
      Failure before = failure;
      failure = new Failure(before == null ? Instant.now() : before.since(), reason);
      rules.reject(reason);
    }
  }
}
