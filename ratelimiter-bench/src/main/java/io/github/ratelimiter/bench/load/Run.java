package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.bench.server.ServerStats;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One run of a load: it warms up, is measured, and audited. An interrupt cuts it short. */
final class Run implements AutoCloseable {
  /** How long a process that was told to end waits for what was measured to be printed. */
  private static final long PRINTING_SECONDS = 60;

  private static final Logger CLIENT_LOG = Logger.getLogger("io.lettuce");

  private final Setup setup;
  private final Mix mix;
  private final Server server;
  private final Consumer<String> progress;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted);
  private volatile boolean interrupted;
  private volatile @Nullable Phase phase;

  Run(Setup setup, Server server, Consumer<String> progress) {
    this.setup = setup;
    this.mix = setup.mix();
    this.server = server;
    this.progress = progress;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupted() {
    interrupted = true;
    // What the client has to say of a server that was stopped with us is no news.
    CLIENT_LOG.setLevel(Level.OFF);
    Phase now = phase;
    if (now != null) {
      now.stop();
    }
    try {
      var unused = done.await(PRINTING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Measures.
   *
   * @param auditPermits how many permits to audit at most; 0 for no audit
   */
  Result measure(long auditPermits) throws InterruptedException {
    server.clean();
    String about = about();
    try (Instances instances = new Instances(setup, server.uri())) {
      if (!setup.warmUp().isZero()) {
        var unused = load("warming up", setup.warmUp(), null, instances);
      }
      AuditLog log = auditPermits == 0 ? null : new AuditLog(auditPermits);
      Sampler.Sample sample = load("measuring", setup.duration(), log, instances);
      progress.accept(log == null ? "" : "auditing");
      Audit audit = log == null ? null : Audit.of(setup.policy(), log, mix.keys());
      return Result.of(
          setup,
          about,
          Objects.requireNonNull(phase),
          sample,
          interrupted,
          audit,
          log != null && log.full());
    } finally {
      progress.accept("");
    }
  }

  private Sampler.Sample load(
      String title, Duration length, @Nullable AuditLog log, Instances instances)
      throws InterruptedException {
    ServerStats before = server.stats();
    Phase next = new Phase(mix, length.toNanos(), log);
    phase = next;
    if (interrupted) {
      next.stop();
    }
    try (Sampler sampler = new Sampler(title, next, server, before, progress)) {
      Callers.run(setup, instances, next);
      return sampler.sample();
    }
  }

  private String about() {
    return String.format(
        Locale.ROOT,
        "Redis %s, Java %s, %s %s, %d processors",
        server.version(),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  /** To be called when the result has been printed: a process that was interrupted may then end. */
  @Override
  public void close() {
    done.countDown();
    if (!interrupted) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending.
      }
    }
  }
}
