package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call of the application, and its result. */
final class Call {
  private final Kind kind;
  private final Instance instance;
  private final String key;
  private final Policy policy;
  private final long permits;
  private final long start;
  private final long waits;
  private final long stoppedBefore;
  private @Nullable CompletableFuture<Decision> answer;
  private @Nullable Decision decision;
  private long used;
  private boolean granted;
  private boolean refunded;

  /**
   * Creates a call.
   *
   * @param waits how long it may wait for permits, in microseconds
   */
  Call(Kind kind, Instance instance, String key, long permits, long start, long waits) {
    this.kind = kind;
    this.instance = instance;
    this.key = key;
    this.policy = instance.policy();
    this.permits = permits;
    this.used = permits;
    this.start = start;
    this.waits = waits;
    this.stoppedBefore = instance.process().stoppedMicros();
  }

  Kind kind() {
    return kind;
  }

  Instance instance() {
    return instance;
  }

  String key() {
    return key;
  }

  Policy policy() {
    return policy;
  }

  long permits() {
    return permits;
  }

  /** Returns how many of the permits are really used. */
  long used() {
    return used;
  }

  /** Sets how many of the permits are really used. The others are returned later. */
  void uses(long permits) {
    used = permits;
  }

  long start() {
    return start;
  }

  long waits() {
    return waits;
  }

  /** Returns whether the call takes permits, unlike a refund or a peek. */
  boolean takes() {
    return kind != Kind.PEEK && kind != Kind.REFUND && kind != Kind.RESET && kind != Kind.DRAIN;
  }

  void asked(CompletableFuture<Decision> future) {
    answer = future;
  }

  boolean isAnswered() {
    return answer != null && answer.isDone();
  }

  void cancel() {
    if (answer != null) {
      answer.cancel(false);
    }
  }

  void answered(Decision how) {
    decision = how;
    granted = how.allowed() && takes();
  }

  /** Returns what made the decision; null if there is none. */
  @Nullable Source source() {
    return decision == null ? null : decision.source();
  }

  /**
   * Returns whether it can be refunded. Only under the version of the grant: a refund under another
   * version would mean other permits.
   */
  boolean canBeRefunded(Policy version) {
    return granted && used == permits && !refunded && policy.equals(version);
  }

  void refund() {
    refunded = true;
  }

  /** Returns how long the call took, minus the time in which its whole process was stopped. */
  long kept(long now) {
    return now - start - (instance.process().stoppedMicros() - stoppedBefore);
  }

  @Override
  public String toString() {
    return instance.name() + " " + kind + " " + key + " " + permits + " under " + policy.text();
  }
}
