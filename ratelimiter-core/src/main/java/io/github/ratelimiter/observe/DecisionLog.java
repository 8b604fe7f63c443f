package io.github.ratelimiter.observe;

import io.github.ratelimiter.Call;
import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.DecisionEvent;
import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.threads.Mailbox;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes each decision as a line of JSON.
 *
 * <pre>{@code
 * DecisionLog log = DecisionLog.to(writer).keys(KeyHash.withSecret(secret)).build();
 * limiter.addObserver(log);
 * }</pre>
 *
 * <p>The documentation of the logs lists the fields. A line never contains a key, only its {@link
 * KeyHash}.
 *
 * <p>Lines are made and written in the background, one after another, in the order in which the
 * calls ended. A writer that is slow or blocks delays no decision. While too many lines wait,
 * further ones are dropped: {@link #dropped()} counts them, and a message is logged. A line that
 * cannot be written is lost: {@link #failed()} counts it, and a message is logged.
 *
 * <p>Thread-safe. One log may be added to several limiters.
 */
public final class DecisionLog implements CallObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);
  private static final long CLOSE_SECONDS = 5;
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

  private final LineWriter writer;
  private final @Nullable KeyHash keys;
  private final TimeSource time;
  private final int oneIn;
  private final IntUnaryOperator random;
  private final Mailbox mailbox;

  /** Gets the decisions that are written, and makes their events. */
  private final DecisionListener selected = this::writeLater;

  private final AtomicLong failed = new AtomicLong();
  private final LimitedLog failures =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private volatile boolean closed;

  /** Whether nothing is written any more, because the application may have closed the stream. */
  private volatile boolean ended;

  DecisionLog(DecisionLogBuilder settings) {
    this.writer = settings.writer;
    this.keys = settings.keys;
    this.time = settings.timeSource;
    this.oneIn = settings.oneIn;
    this.random = settings.random;
    this.mailbox =
        new Mailbox(settings.executor(), settings.waiting, LOG, "lines of a decision log");
  }

  /**
   * Returns a builder of a log that passes lines to the application.
   *
   * @param lines is called with each line, without an end of line, by one thread at a time; it may
   *     block
   * @return a new builder
   */
  public static DecisionLogBuilder to(Consumer<? super String> lines) {
    return new DecisionLogBuilder(LineWriter.to(Objects.requireNonNull(lines, "lines")));
  }

  /**
   * Returns a builder of a log that writes to a file or another stream. Each line ends with a
   * newline. The stream is flushed when no further line waits. The application closes it, after the
   * log.
   *
   * @param out for example {@code Files.newBufferedWriter(path)}; used by one thread at a time; may
   *     block
   * @return a new builder
   */
  public static DecisionLogBuilder to(Appendable out) {
    return new DecisionLogBuilder(LineWriter.to(Objects.requireNonNull(out, "out")));
  }

  // --- which decisions -------------------------------------------------------------------------

  @Override
  public void onAcquire(String key, long permits, Decision decision) {
    if (!decision.allowed() || isSampled()) {
      selected.onAcquire(key, permits, decision);
    }
  }

  @Override
  public void onDecision(Call call, Decision decision) {
    if (isRefusal(call.operation(), decision) || isSampled()) {
      selected.onDecision(call, decision);
    }
  }

  @Override
  public Observation onCall(Call call) {
    Observation observation = selected.onCall(call);
    return (ended, decision, failure) -> {
      if (decision == null || isRefusal(ended.operation(), decision) || isSampled()) {
        observation.ended(ended, decision, failure);
      }
    };
  }

  private static boolean isRefusal(Call.Operation operation, Decision decision) {
    return !decision.allowed() && operation.takesPermits();
  }

  private boolean isSampled() {
    return oneIn == 1 || (oneIn > 1 && random.applyAsInt(oneIn) == 0);
  }

  private void writeLater(DecisionEvent event) {
    if (!closed) {
      long now = time.nowMicros();
      mailbox.offer(() -> write(event, now));
    }
  }

  // --- the line --------------------------------------------------------------------------------

  private void write(DecisionEvent event, long now) {
    if (ended) {
      return;
    }
    try {
      writer.write(line(event, now));
      if (mailbox.waiting() <= 1) {
        writer.flush();
      }
    } catch (Throwable e) {
      notWritten(e);
    }
  }

  /** Ends writing after the lines that wait. */
  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      writer.flush();
    } catch (Throwable e) {
      notWritten(e);
    }
  }

  private void notWritten(Throwable e) {
    long count = failed.incrementAndGet();
    failures.event().addKeyValue("failed", count).setCause(e).log("A decision log could not write");
  }

  private String line(DecisionEvent event, long now) {
    Decision decision = event.decision().orElse(null);
    boolean refused = decision != null && isRefusal(event.operation(), decision);
    JsonLine line = new JsonLine();
    line.field("event", decision == null ? "rate_limit_failed" : name(refused));
    line.field("policy", event.policy().name());
    if (keys != null) {
      line.field("key", keys.of(event.key()));
    }
    line.field("operation", event.operation().name());
    line.field("permits", event.permits());
    if (decision != null) {
      addDecision(line, decision);
      if (!refused && oneIn > 1) {
        line.field("one_in", oneIn);
      }
    }
    event.failure().ifPresent(failure -> line.field("error", Keyless.text(failure)));
    event.timeTaken().ifPresent(taken -> line.millis("latency_ms", taken.toNanos() / 1_000));
    return line.field("timestamp", timestamp(now)).toString();
  }

  private static String name(boolean refused) {
    return refused ? "rate_limit_exceeded" : "rate_limit_check";
  }

  private static void addDecision(JsonLine line, Decision decision) {
    line.field("allowed", decision.allowed());
    line.field("outcome", decision.outcome().name());
    line.field("limit", decision.limit().text());
    line.field("capacity", decision.limit().capacity());
    line.field("current_count", used(decision));
    line.field("source", decision.source().name());
    if (decision.outcome() == Decision.Outcome.REFUSED) {
      line.millis("retry_after_ms", decision.retryAfterMicros());
    }
  }

  /** Returns the permits of the binding limit that are in use. */
  private static long used(Decision decision) {
    for (Decision.LimitStatus status : decision.limits()) {
      if (status.limit().equals(decision.limit())) {
        return status.limit().capacity() - status.remaining();
      }
    }
    throw new IllegalStateException("the binding limit is none of the policy: " + decision);
  }

  private static String timestamp(long micros) {
    return TIMESTAMP.format(
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000));
  }

  // --- the state -------------------------------------------------------------------------------

  /**
   * Returns the number of lines that were dropped because the writer was slow.
   *
   * @return the number since this log was created
   */
  public long dropped() {
    return mailbox.dropped();
  }

  /**
   * Returns how often writing or flushing failed.
   *
   * @return the number since this log was created
   */
  public long failed() {
    return failed.get();
  }

  /**
   * Writes the lines that wait, for at most five seconds, and flushes. Lines that still wait then
   * are lost, and a message is logged. Calls that end later are not written. Close the stream
   * afterwards.
   *
   * <p>If the thread is interrupted, the method does not wait any longer, and the thread stays
   * interrupted.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    CountDownLatch written = new CountDownLatch(1);
    mailbox.post(
        () -> {
          end();
          written.countDown();
        });
    if (!isDone(written)) {
      ended = true;
      int left = mailbox.waiting() - 1;
      LOG.atWarn()
          .addKeyValue("waiting", left)
          .log("A decision log was closed while {} lines were waiting", left);
    }
  }

  private static boolean isDone(CountDownLatch written) {
    try {
      return written.await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String toString() {
    return "decision log" + (keys == null ? " without keys" : "");
  }
}
