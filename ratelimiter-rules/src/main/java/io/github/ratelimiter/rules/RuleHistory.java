package io.github.ratelimiter.rules;

import io.github.ratelimiter.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version in force and the last ones before it. Thread-safe. */
final class RuleHistory {
  private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

  private final RuleListeners listeners;
  private final OwnLimits ownLimits;
  private final TimeSource time;
  private final int most;

  /** A lock, and no synchronized block, because listeners are called under it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Deque<RuleVersion> versions = new ArrayDeque<>();
  private volatile CompiledRules current;

  RuleHistory(
      RuleSet first, RuleListeners listeners, OwnLimits ownLimits, TimeSource time, int most) {
    this.ownLimits = ownLimits;
    this.listeners = listeners;
    this.time = time;
    this.most = most;
    RuleVersion version = new RuleVersion(1, now(), "start", first);
    versions.add(version);
    current = new CompiledRules(version, ownLimits);
  }

  CompiledRules current() {
    return current;
  }

  /** Returns the versions, the newest first. */
  List<RuleVersion> versions() {
    lock.lock();
    try {
      return List.copyOf(versions);
    } finally {
      lock.unlock();
    }
  }

  RuleVersion replace(RuleSet rules, String author) {
    lock.lock();
    try {
      RuleVersion before = current.version();
      RuleVersion next = new RuleVersion(before.number() + 1, now(), author, rules);
      current = new CompiledRules(next, ownLimits);
      versions.addFirst(next);
      while (versions.size() > most) {
        versions.removeLast();
      }
      LOG.atInfo()
          .addKeyValue("version", next.number())
          .addKeyValue("author", author)
          .addKeyValue("rules", rules.rules().size())
          .log("Rules of version {} are in force, by {}", next.number(), author);
      listeners.changed(before, next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  RuleVersion rollback(long number, String author) {
    lock.lock();
    try {
      RuleSet rules =
          versions.stream()
              .filter(version -> version.number() == number)
              .map(RuleVersion::rules)
              .findFirst()
              .orElseThrow(() -> unknown(number));
      return replace(rules, author);
    } finally {
      lock.unlock();
    }
  }

  private IllegalArgumentException unknown(long number) {
    return new IllegalArgumentException(
        "there is no version %d; there are %s"
            .formatted(
                number,
                versions.stream()
                    .map(version -> Long.toString(version.number()))
                    .collect(Collectors.joining(", "))));
  }

  private Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }
}
