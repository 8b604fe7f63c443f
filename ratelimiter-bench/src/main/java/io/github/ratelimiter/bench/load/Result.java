package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.server.ServerStats;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a load came to.
 *
 * @param about the server and the machine
 * @param seconds how long it was measured
 * @param interrupted whether that is shorter than was asked for
 * @param timeline decisions by kind and time
 * @param hits nanoseconds of decisions that were made in an instance
 * @param asked nanoseconds of decisions that the store made
 * @param late decisions after the end
 * @param failed requests without a decision
 * @param server what it did
 * @param served decisions that were made while it did that
 * @param audit what the log of permits said, if there was one
 * @param logFull whether some permits are not in that log
 */
record Result(
    Setup setup,
    String about,
    double seconds,
    boolean interrupted,
    Timeline timeline,
    Histogram hits,
    Histogram asked,
    long late,
    long failed,
    ServerStats server,
    long served,
    @Nullable Audit audit,
    boolean logFull) {

  static Result of(
      Setup setup,
      String about,
      Phase phase,
      Sampler.Sample server,
      boolean interrupted,
      @Nullable Audit audit,
      boolean logFull) {
    List<Tally> tallies = phase.tallies();
    Timeline timeline = phase.timeline();
    Histogram hits = Tally.histogram();
    Histogram asked = Tally.histogram();
    for (Tally tally : tallies) {
      timeline.add(tally.timeline());
      hits.add(tally.hits());
      asked.add(tally.asked());
    }
    return new Result(
        setup,
        about,
        phase.elapsedNanos() / 1e9,
        interrupted,
        timeline,
        hits,
        asked,
        tallies.stream().mapToLong(Tally::late).sum(),
        tallies.stream().mapToLong(Tally::failed).sum(),
        server.stats(),
        server.decisions(),
        audit,
        logFull);
  }

  /** Decisions of a kind; of hot keys, or of all. */
  long count(Kind kind, boolean hotOnly) {
    return timeline.count(kind, true) + (hotOnly ? 0 : timeline.count(kind, false));
  }

  long decisions(boolean hotOnly) {
    long sum = 0;
    for (Kind kind : Kind.values()) {
      sum += count(kind, hotOnly);
    }
    return sum;
  }

  long allowed(boolean hotOnly) {
    return count(Kind.LEASE, hotOnly) + count(Kind.STORE_ALLOWED, hotOnly);
  }

  long refused(boolean hotOnly) {
    return decisions(hotOnly) - allowed(hotOnly);
  }

  long hits(boolean hotOnly) {
    return count(Kind.LEASE, hotOnly) + count(Kind.CACHED_REFUSAL, hotOnly);
  }

  double perSecond() {
    return decisions(false) / seconds;
  }

  Histogram all() {
    Histogram all = hits.copy();
    all.add(asked);
    return all;
  }

  /** Keys that the server looked up, a decision. */
  double keyOperations() {
    return (double) server.keysRead() / served;
  }

  /** Calls that went to the server and back, a decision. */
  double roundTrips() {
    return (double) server.scripts().calls() / served;
  }

  /** Commands of the server, with those inside scripts, a decision. */
  double commands() {
    return (double) server.calls() / served;
  }

  /** Processor time of the server, a decision. */
  double cpuMicros() {
    return server.cpuMicros() / served;
  }
}
