package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Phase;
import io.github.ratelimiter.bench.limiter.Answer;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import io.lettuce.core.RedisException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Samples the counts of a phase and shows its progress. Also reads the counters of the server
 * during the phase, because an interrupt may end the server before this process.
 */
final class Sampler implements AutoCloseable {
  private static final int MAX_SAMPLES = 240;
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SHOW_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String title;
  private final Phase phase;
  private final Server server;
  private final ServerStats before;
  private final Consumer<String> progress;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile ServerWork serverWork;

  /**
   * The counts of a phase at one time.
   *
   * @param seconds the time since the start of the phase
   * @param counts as in {@link Phase#counts()}
   */
  record Sample(double seconds, long... counts) {
    /** Returns how often any of the answers occurred. */
    long count(Answer... answers) {
      long sum = 0;
      for (Answer answer : answers) {
        sum += counts[answer.ordinal()] + counts[Answer.COUNT + answer.ordinal()];
      }
      return sum;
    }
  }

  /**
   * The work of the server.
   *
   * @param stats the counters since the start of the phase
   * @param decisions the number of decisions since then
   */
  record ServerWork(ServerStats stats, long decisions) {
    /** Returns the keys that the server looked up per decision. */
    double keyOperations() {
      return (double) stats.keysRead() / decisions;
    }

    /** Returns the script calls per decision. */
    double roundTrips() {
      return (double) stats.scripts().calls() / decisions;
    }

    /** Returns the commands per decision, including commands inside scripts. */
    double commands() {
      return (double) stats.calls() / decisions;
    }

    /** Returns the CPU time of the server per decision. */
    double cpuMicros() {
      return stats.cpuMicros() / decisions;
    }
  }

  Sampler(String title, Phase phase, Server server, ServerStats before, Consumer<String> progress) {
    this.title = title;
    this.phase = phase;
    this.server = server;
    this.before = before;
    this.progress = progress;
    this.serverWork = new ServerWork(before.since(before), 0);
    this.thread = Generator.thread("load-sampler", this::sampleUntilClosed);
  }

  private void sampleUntilClosed() {
    long interval = Math.max(phase.lengthNanos() / MAX_SAMPLES, MIN_INTERVAL_NANOS);
    long lastShownNanos = System.nanoTime();
    Sample lastShown = new Sample(0, phase.counts());
    try {
      while (!closed.await(interval, TimeUnit.NANOSECONDS)) {
        Sample sample = sample();
        long now = System.nanoTime();
        if (now - lastShownNanos >= SHOW_INTERVAL_NANOS) {
          lastShownNanos = now;
          show(lastShown, sample);
          lastShown = sample;
          readServer();
        }
      }
      sample();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Sample sample() {
    Sample sample = new Sample(phase.elapsedNanos() / 1e9, phase.counts());
    samples.add(sample);
    return sample;
  }

  private void show(Sample last, Sample sample) {
    long all = sample.count(Answer.values());
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s: %.0f of %.0f s, %,.0f decisions/s, %.1f %% hits",
            title,
            sample.seconds(),
            phase.lengthNanos() / 1e9,
            (all - last.count(Answer.values())) / (sample.seconds() - last.seconds()),
            100.0 * sample.count(Answer.LEASE, Answer.CACHED_REFUSAL) / Math.max(all, 1)));
  }

  /** Reads the counters of the server. */
  void readServer() {
    try {
      ServerStats now = server.stats();
      long decisions = Arrays.stream(phase.counts()).sum() + phase.late();
      serverWork = new ServerWork(now.since(before), decisions);
    } catch (RedisException e) {
      // The server was stopped. The counters of the last reading are kept.
    }
  }

  /** Returns the work of the server up to the last reading of its counters. */
  ServerWork serverWork() {
    return serverWork;
  }

  /** Returns all samples. Called after {@link #close()}. */
  List<Sample> samples() {
    return samples;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
