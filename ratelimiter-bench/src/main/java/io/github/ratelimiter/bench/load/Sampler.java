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
 * Samples the counts of a phase while it lasts, shows how far it is, and reads the counters of the
 * server: an interrupt may end the server before this process.
 */
final class Sampler implements AutoCloseable {
  private static final int SAMPLES = 240;
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SHOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String title;
  private final Phase phase;
  private final Server server;
  private final ServerStats before;
  private final Consumer<String> progress;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile Served served;

  /**
   * The counts of a phase at an instant.
   *
   * @param seconds the time since the start of the phase
   * @param counts as in {@link Phase#counts()}
   */
  record Sample(double seconds, long... counts) {
    /** Returns the number of some answers. */
    long count(Answer... answers) {
      long sum = 0;
      for (Answer answer : answers) {
        sum += counts[answer.ordinal()] + counts[Answer.COUNT + answer.ordinal()];
      }
      return sum;
    }
  }

  /**
   * What the server did.
   *
   * @param stats its counters since the start of the phase
   * @param decisions the number of decisions meanwhile
   */
  record Served(ServerStats stats, long decisions) {
    /** Returns the keys that the server looked up for a decision. */
    double keyOperations() {
      return (double) stats.keysRead() / decisions;
    }

    /** Returns the calls that clients sent to the server for a decision. */
    double roundTrips() {
      return (double) stats.scripts().calls() / decisions;
    }

    /** Returns the commands for a decision, including those inside scripts. */
    double commands() {
      return (double) stats.calls() / decisions;
    }

    /** Returns the processor time of the server for a decision. */
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
    this.served = new Served(before.since(before), 0);
    this.thread = Generator.thread("load-sampler", this::look);
  }

  private void look() {
    long every = Math.max(phase.lengthNanos() / SAMPLES, SHORTEST_NANOS);
    long shown = System.nanoTime();
    Sample last = new Sample(0, phase.counts());
    try {
      while (!closed.await(every, TimeUnit.NANOSECONDS)) {
        Sample sample = sample();
        long now = System.nanoTime();
        if (now - shown >= SHOWN_NANOS) {
          shown = now;
          show(last, sample);
          last = sample;
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
            "%s: %.0f of %.0f s, %,.0f decisions/s, %.1f %% here",
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
      served = new Served(now.since(before), decisions);
    } catch (RedisException e) {
      // The server was stopped. The last counters remain.
    }
  }

  /** Returns what the server did until its counters were last read. */
  Served served() {
    return served;
  }

  /** Returns all samples, once this is closed. */
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
