package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.server.Cluster;
import io.github.ratelimiter.bench.server.ClusterNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Samples the memory of the servers during a run. */
final class ServerSampler implements AutoCloseable {
  private static final int MAX_SAMPLES = 600;
  private static final double MIN_INTERVAL_SECONDS = 1;

  private final Cluster cluster;
  private final SharedClock clock;
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * The memory of all servers at one time.
   *
   * @param micros the time, in microseconds since 1970
   * @param bytes the bytes in use
   */
  record Sample(long micros, long bytes) {}

  ServerSampler(Cluster cluster, SharedClock clock, double seconds) {
    this.cluster = cluster;
    this.clock = clock;
    double interval = Math.max(seconds / MAX_SAMPLES, MIN_INTERVAL_SECONDS);
    this.thread =
        Generator.thread("server-sampler", () -> sampleUntilClosed((long) (1e9 * interval)));
  }

  private void sampleUntilClosed(long intervalNanos) {
    try {
      do {
        cluster.nodes().forEach(ClusterNode::stats);
        long bytes = cluster.nodes().stream().mapToLong(ClusterNode::memory).sum();
        samples.add(new Sample(clock.micros(), bytes));
      } while (!closed.await(intervalNanos, TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the samples so far. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Returns the largest sample between two times. */
  static long largest(List<Sample> samples, long fromMicros, long toMicros) {
    return samples.stream()
        .filter(sample -> sample.micros >= fromMicros && sample.micros <= toMicros)
        .mapToLong(Sample::bytes)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
