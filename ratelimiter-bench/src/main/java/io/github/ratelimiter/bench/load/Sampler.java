package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import io.lettuce.core.RedisException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at a phase while it lasts: tells people how far it is, and keeps the server's counters, as
 * an interrupt that ends this process may have ended the server before.
 */
final class Sampler implements AutoCloseable {
  private static final long EVERY_MILLIS = 500;

  /** What the server did, and the decisions made meanwhile. */
  record Sample(ServerStats stats, long decisions) {}

  private final String title;
  private final Phase phase;
  private final Server server;
  private final ServerStats before;
  private final Consumer<String> progress;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Sample last;
  private long decisions;

  Sampler(String title, Phase phase, Server server, ServerStats before, Consumer<String> progress) {
    this.title = title;
    this.phase = phase;
    this.server = server;
    this.before = before;
    this.progress = progress;
    this.last = new Sample(before.since(before), 0);
    this.thread = Callers.thread("load-sampler", this::look);
  }

  private void look() {
    try {
      while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        long all = phase.decisions();
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s: %.0f of %.0f s, %,d decisions/s, %.1f %% here",
                title,
                phase.elapsedNanos() / 1e9,
                phase.lengthNanos() / 1e9,
                (all - decisions) * 1_000 / EVERY_MILLIS,
                100.0 * phase.hits() / Math.max(all, 1)));
        decisions = all;
        sample();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the server has done so far; if it does not answer any more, what it last said. */
  Sample sample() {
    try {
      ServerStats now = server.stats();
      last = new Sample(now.since(before), phase.decisions());
    } catch (RedisException e) {
      // It was stopped. The last sample has to do.
    }
    return last;
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
