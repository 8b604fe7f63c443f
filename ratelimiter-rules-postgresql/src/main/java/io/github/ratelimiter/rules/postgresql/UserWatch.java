package io.github.ratelimiter.rules.postgresql;

import io.github.ratelimiter.internal.Keyless;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches users in a database; see {@link UserDatabase#watch}. Thread-safe. */
public final class UserWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UserWatch.class);

  private static final String CHANNEL = "ratelimiter_users";
  private static final int PERIOD_MILLIS = 500;
  private static final long PAUSE_MILLIS = 1000;

  private final Database database;
  private final Consumer<? super String> changed;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Only the thread uses it. */
  private boolean away;

  UserWatch(Database database, Consumer<? super String> changed) {
    this.database = database;
    this.changed = Objects.requireNonNull(changed, "changed");
    // The thread inherits nothing from the caller.
    Thread thread = new Thread(null, this::run, "ratelimiter-users-database", 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!isClosed()) {
      try (Session session = Session.open(database)) {
        session.listen(CHANNEL);
        back();
        while (!isClosed()) {
          session.awaitNotification(PERIOD_MILLIS).forEach(this::tell);
          // Only a query finds out that the server is gone without a word.
          session.query("SELECT 1", row -> true);
        }
      } catch (SQLException | RuntimeException e) {
        away(e);
        pause();
      }
    }
  }

  private void tell(String user) {
    try {
      changed.accept(user);
    } catch (RuntimeException e) { // It is no failure of the database.
      LOG.atError().setCause(Keyless.stack(e)).log("A listener of users failed");
    }
  }

  private void back() {
    if (away) {
      LOG.atInfo().log("Users in {} are watched again", database);
    }
    away = false;
  }

  private void away(Exception e) {
    if (!away && !isClosed()) {
      LOG.atWarn().setCause(Keyless.stack(e)).log("Users in {} cannot be watched", database);
    }
    away = true;
  }

  private void pause() {
    try {
      closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Only a listener can have caused it. The watch ends when it is closed.
      LOG.atDebug().setCause(e).log("The watch of users was interrupted");
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Ends the watch. It returns immediately; the connection is given back within half a second. */
  @Override
  public void close() {
    closed.countDown();
  }
}
