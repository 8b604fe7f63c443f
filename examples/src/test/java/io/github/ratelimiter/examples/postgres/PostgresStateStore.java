package io.github.ratelimiter.examples.postgres;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateFormatException;
import io.github.ratelimiter.store.StateStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * Keeps the state of keys in a table of PostgreSQL 14 or later. Thread-safe. Each request is
 * decided in one transaction that locks the row of the key, at an instant of the server's clock.
 * The connections must have the isolation level READ COMMITTED, which is the default.
 */
class PostgresStateStore implements StateStore {
  private static final String REMOVE_EXPIRED =
      "DELETE FROM rate_limit WHERE expires_at < clock_timestamp() - interval '1 hour'";

  private final DataSource database;
  private final Duration timeout;
  private final ExecutorService executor;

  /**
   * Creates a store. The table must exist; see {@link KeyRow#TABLE}.
   *
   * @param database a pool of connections; it is not closed
   * @param connections the number of transactions at the same time
   * @param timeout the longest time for a decision, unless the caller sets another deadline
   */
  PostgresStateStore(DataSource database, int connections, Duration timeout) {
    this.database = Objects.requireNonNull(database, "database");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    this.executor = Executors.newFixedThreadPool(connections, PostgresStateStore::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "rate-limiter-postgres");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    Call call = new Call(request, deadline);
    if (deadline.hasPassed() && !executor.isShutdown()) {
      call.tooLate();
      return call.answer;
    }
    try {
      executor.execute(call);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new IllegalStateException("the store is closed", e));
    }
    TimeSource time = deadline.timeSource();
    CompletableFuture<Void> alarm = time.after(deadline.leftMicros());
    // The timer's thread must not wait for dependents of the answer.
    alarm.thenRunAsync(call::tooLate, time.executor());
    call.answer.whenComplete((decision, failure) -> alarm.cancel(false));
    return call.answer;
  }

  /** One request. Either it is committed, or its deadline passes and it is rolled back. */
  private final class Call implements Runnable {
    final CompletableFuture<Decision> answer = new CompletableFuture<>();
    private final Request request;
    private final Deadline deadline;

    /** Set by the thread that commits or by the alarm, whichever comes first. */
    private final AtomicBoolean settled = new AtomicBoolean();

    Call(Request request, Deadline deadline) {
      this.request = request;
      this.deadline = deadline;
    }

    void tooLate() {
      boolean committing = !settled.compareAndSet(false, true);
      answer.completeExceptionally(
          new StoreTimeoutException("PostgreSQL did not answer in time", committing, null));
    }

    @Override
    public void run() {
      if (answer.isDone()) {
        return;
      }
      try {
        answer.complete(connectAndDecide());
      } catch (SQLException e) {
        answer.completeExceptionally(failure(e));
      } catch (StateFormatException e) {
        answer.completeExceptionally(
            new StoreMisconfiguredException("a row cannot be read: " + e.getMessage(), false, e));
      } catch (RuntimeException | Error e) {
        answer.completeExceptionally(e);
      }
    }

    private Decision connectAndDecide() throws SQLException {
      try (Connection connection = database.getConnection()) {
        connection.setAutoCommit(false);
        try {
          return transaction(connection);
        } finally {
          connection.rollback(); // Without effect after a commit.
        }
      }
    }

    private Decision transaction(Connection connection) throws SQLException {
      KeyRow row = KeyRow.lock(connection, request, deadline);
      Decision decision = row.decide(request, nowMicros(row.lockedAtMicros()));
      if (row.hasChanged()) {
        row.write();
        if (!settled.compareAndSet(false, true)) {
          throw new StoreTimeoutException("the deadline passed before the commit", false, null);
        }
        connection.commit();
      }
      return decision;
    }

    private Exception failure(SQLException e) {
      boolean committing = settled.get();
      String state = Objects.requireNonNullElse(e.getSQLState(), "");
      String message = "PostgreSQL: " + e.getMessage();
      if (state.equals("57014")) {
        // The statement timeout, which is the deadline.
        return new StoreTimeoutException(message, committing, e);
      } else if (state.startsWith("28") || state.startsWith("3D") || state.startsWith("42")) {
        // A wrong password, no such database, no such table or no right to use it.
        return new StoreMisconfiguredException(message, committing, e);
      }
      return new StoreUnavailableException(message, committing, e);
    }
  }

  /**
   * Returns the instant of a decision. Tests return one of their own clock.
   *
   * @param serverMicros the server's time after the row was locked
   */
  long nowMicros(long serverMicros) {
    return serverMicros;
  }

  /**
   * Removes rows that expired an hour ago or earlier. The hour is for a clock that is set back. The
   * application calls this from time to time.
   *
   * @return the number of rows
   */
  int removeExpired() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete = connection.prepareStatement(REMOVE_EXPIRED)) {
      return delete.executeUpdate();
    }
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public Status status() {
    return executor.isShutdown() ? new Status.Closed() : new Status.Ready();
  }

  /** Requests that were accepted before are still decided. */
  @Override
  public void close() {
    executor.shutdown();
  }

  @Override
  public String toString() {
    return "store in PostgreSQL";
  }
}
