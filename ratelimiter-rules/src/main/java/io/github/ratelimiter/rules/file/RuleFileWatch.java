package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleFile.Content;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Watches a rule file; see {@link RuleFile#watch}. Thread-safe.
 *
 * <p>The file is read again and again, by default five times a second. Notifications of the file
 * system would miss what happens behind symbolic links, on network file systems and in containers.
 * A change is taken when two readings agree, so that a file is rarely read while it is written; one
 * that changes all the time is taken as it is at the third reading.
 */
public final class RuleFileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuleFileWatch.class);

  private static final int MOST_READINGS = 3;

  private final LimitedLog failures =
      new LimitedLog(LOG, Level.ERROR, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());

  private final RuleFile file;
  private final RuleFileListener listener;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(RuleFileWatch::daemon);
  private volatile boolean closed;
  private volatile boolean updating;

  // Only the thread uses these.
  private RuleSet rules;
  private @Nullable Content seen;
  private int changing;
  private boolean failed;

  RuleFileWatch(RuleFile file, RuleSet current, RuleFileListener listener, Duration period) {
    this.file = file;
    this.rules = Objects.requireNonNull(current, "current");
    this.listener = Objects.requireNonNull(listener, "listener");
    thread.scheduleWithFixedDelay(this::poll, 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    // The thread inherits nothing from the caller.
    Thread thread = new Thread(null, work, "ratelimiter-rules-file", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  private void poll() {
    try {
      Content content = file.content();
      boolean settled = content.equals(seen);
      if (!settled && seen != null) {
        updating = true;
      }
      seen = content;
      changing = settled && changing == 0 ? 0 : changing + 1;
      if (changing > 0 && (settled || changing == MOST_READINGS)) {
        changing = 0;
        take(content);
        updating = false;
      }
    } catch (RuntimeException | Error e) { // Otherwise nobody would notice that it ended.
      failures
          .event()
          .setCause(Keyless.stack(e))
          .log("The rule file {} could not be watched for a moment", file);
    }
  }

  private void take(Content content) {
    try {
      RuleSet now = file.parse(content);
      boolean news = failed || !now.equals(rules);
      failed = false;
      rules = now;
      if (news && !closed) {
        listener.changed(now);
      }
    } catch (RuleFileException e) {
      failed = true;
      if (!closed) {
        listener.failed(e);
      }
    }
  }

  /**
   * Returns whether the file has changed, and the change is not taken yet because the file may not
   * be complete.
   *
   * @return false if the file is as it was taken
   */
  public boolean isUpdating() {
    return updating;
  }

  /** Ends the watch. A notification that has begun runs to its end. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
