package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.fleet.InstanceMessage.Usage;
import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Samples the counts and the memory of an instance during a stage. */
final class UsageSampler implements AutoCloseable {
  private static final int MAX_SAMPLES = 120;
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Phase phase;
  private final SharedClock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Usage> samples = new ArrayList<>();
  private final Thread thread;

  UsageSampler(Phase phase, SharedClock clock) {
    this.phase = phase;
    this.clock = clock;
    this.thread = Generator.thread("fleet-sampler", this::sampleUntilClosed);
  }

  private void sampleUntilClosed() {
    long interval = Math.max(phase.lengthNanos() / MAX_SAMPLES, MIN_INTERVAL_NANOS);
    try {
      while (!closed.await(interval, TimeUnit.NANOSECONDS)) {
        samples.add(sample());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the counts and the memory now. */
  Usage sample() {
    return new Usage(
        clock.micros(),
        phase.counts(),
        Memory.heapAfterCollection(),
        Memory.resident(),
        Memory.threads());
  }

  /** Returns all samples. Called after {@link #close()}. */
  List<Usage> samples() {
    return samples;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
