package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.rules.RuleVersion;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches rules in a database; see {@link RuleDatabase#watch}. Thread-safe.
 *
 * <p>The watch waits for a notification, for half a second, and then asks for the number of the
 * last revision whether there was one or not. So a notification that is lost costs half a second.
 * If the database is away, the watch tries to connect again after a tenth of a second, then after
 * twice as long each time, up to one second.
 */
public final class RuleDatabaseWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuleDatabaseWatch.class);

  /** No revision has this number. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private static final String CHANNEL = "ratelimiter_rules";
  private static final int PERIOD_MILLIS = 500;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final Database database;
  private final RuleDatabaseListener listener;
  private final CountDownLatch closed = new CountDownLatch(1);

  // Only the thread uses these.
  private long known;
  private boolean invalid;
  private boolean away;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  RuleDatabaseWatch(Database database, long known, RuleDatabaseListener listener) {
    this.database = database;
    this.known = known;
    this.listener = Objects.requireNonNull(listener, "listener");
    // The thread inherits nothing from the caller.
    Thread thread = new Thread(null, this::run, "ratelimiter-rules-database", 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!isClosed()) {
      try (Session session = Session.open(database)) {
        session.listen(CHANNEL);
        while (!isClosed()) {
          poll(session);
          pauseMillis = FIRST_PAUSE_MILLIS;
          session.awaitNotification(PERIOD_MILLIS);
        }
      } catch (SQLException e) {
        away(database.failure(e));
        pause();
      } catch (RuntimeException | Error e) { // Otherwise nobody would notice that it ended.
        away(new RuleDatabaseException("%s: the watch failed: %s".formatted(database, e), e));
        pause();
      }
    }
  }

  private void poll(Session session) throws SQLException {
    long revision = Reading.revision(session);
    if (revision == known) {
      if (away) {
        back();
      }
      return;
    }
    RuleVersion rules;
    try {
      rules = Reading.rules(session);
    } catch (RuleDatabaseException e) {
      known = revision;
      away = false;
      invalid = true;
      fail(e);
      return;
    }
    known = rules.number();
    if (away || invalid) {
      invalid = false;
      back();
    }
    tell(() -> listener.changed(rules));
  }

  /** The database answers again. */
  private void back() {
    away = false;
    if (!invalid) {
      LOG.atInfo().addKeyValue("revision", known).log("Rules are read from {} again", database);
      tell(listener::recovered);
    }
  }

  private void away(RuleDatabaseException failure) {
    boolean told = away || invalid;
    away = true;
    if (!told) {
      fail(failure);
    }
  }

  private void fail(RuleDatabaseException failure) {
    if (!isClosed()) {
      LOG.atWarn()
          .setCause(failure)
          .addKeyValue("revision", known)
          .log("Rules cannot be read from {}; those in force stay", database);
      tell(() -> listener.failed(failure));
    }
  }

  private void tell(Runnable notification) {
    if (isClosed()) {
      return;
    }
    try {
      notification.run();
    } catch (RuntimeException | Error e) { // It is no failure of the database.
      LOG.atError().setCause(Keyless.stack(e)).log("A listener of rules failed");
    }
  }

  private void pause() {
    try {
      closed.await(pauseMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Only a listener can have caused it. The watch ends when it is closed.
      LOG.atDebug().setCause(e).log("The watch of rules was interrupted");
    }
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /**
   * Ends the watch. It returns immediately; the connection is given back within half a second. A
   * notification that has begun runs to its end.
   */
  @Override
  public void close() {
    closed.countDown();
  }
}
