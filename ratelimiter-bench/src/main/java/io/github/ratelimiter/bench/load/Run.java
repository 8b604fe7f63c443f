package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.bench.audit.Audit;
import io.github.ratelimiter.bench.audit.AuditLog;
import io.github.ratelimiter.bench.generator.Generator;
import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.generator.Phase;
import io.github.ratelimiter.bench.limiter.SharedLimiter;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Warm-up, measurement and audit of a load. An interrupt of the process ends it early. */
final class Run implements AutoCloseable {
  /** How long an interrupted process waits for the result to be printed. */
  private static final long PRINT_TIMEOUT_SECONDS = 60;

  private static final Logger CLIENT_LOG = Logger.getLogger("io.lettuce");

  private final Setup setup;
  private final Mix mix;
  private final Server server;
  private final Consumer<String> progress;
  private final CountDownLatch printed = new CountDownLatch(1);
  private final Thread shutdownHook = new Thread(this::interrupt);
  private volatile boolean interrupted;
  private volatile @Nullable Phase phase;

  Run(Setup setup, Server server, Consumer<String> progress) {
    this.setup = setup;
    this.mix = setup.mix().create();
    this.server = server;
    this.progress = progress;
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  private void interrupt() {
    interrupted = true;
    // The interrupt also stops the server. The client must not log that.
    CLIENT_LOG.setLevel(Level.OFF);
    Phase current = phase;
    if (current != null) {
      current.stop();
    }
    try {
      var unused = printed.await(PRINT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs the warm-up, the measurement and the audit.
   *
   * @param auditPermits the maximum number of permits to audit; 0 for no audit
   */
  Result measure(long auditPermits) throws InterruptedException {
    server.clean();
    String about = server.about();
    List<SharedLimiter<Decision>> limiters = new ArrayList<>();
    try {
      for (int i = 0; i < setup.instances(); i++) {
        limiters.add(setup.limiter(server.uri()));
      }
      if (!setup.warmUp().isZero()) {
        load("warming up", new Phase(mix, setup.warmUp().toNanos(), null), limiters);
      }
      AuditLog log = auditPermits == 0 ? null : new AuditLog(auditPermits);
      Phase measured = new Phase(mix, setup.duration().toNanos(), log);
      Sampler sampler = load("measuring", measured, limiters);
      progress.accept(log == null ? "" : "auditing");
      return new Result(
          setup,
          about,
          interrupted,
          Outcome.of(measured),
          sampler.samples(),
          sampler.serverWork(),
          log == null ? null : Audit.of(setup.policy(), log, mix.keys()),
          log != null && log.full());
    } finally {
      limiters.forEach(SharedLimiter::close);
      progress.accept("");
    }
  }

  private Sampler load(String title, Phase next, List<SharedLimiter<Decision>> limiters)
      throws InterruptedException {
    ServerStats before = server.stats();
    phase = next;
    if (interrupted) {
      next.stop();
    }
    Sampler sampler = new Sampler(title, next, server, before, progress);
    try (sampler) {
      Generator.run(limiters, setup.pace(), next);
      sampler.readServer();
    }
    return sampler;
  }

  /** Called after the result is printed. Lets an interrupted process end. */
  @Override
  public void close() {
    printed.countDown();
    if (!interrupted) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        // The process is ending.
      }
    }
  }
}
