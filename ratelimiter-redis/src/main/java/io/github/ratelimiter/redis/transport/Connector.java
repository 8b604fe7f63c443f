package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a checked connection. The client reconnects by itself. This class opens the first
 * connection, repeatedly if necessary, and opens a new one beside a connection that does not
 * respond. The old connection is used until the new one is ready.
 */
public final class Connector {
  private static final long RETRY_FIRST_MILLIS = 100;
  private static final long RETRY_LAST_MILLIS = 1_000;

  private final Connections connections;
  private final ServerCheck check;
  private final Timer timer;
  private final Options options;
  private final CompletableFuture<Optional<StoreException>> first = new CompletableFuture<>();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private final ConnectionCount count = new ConnectionCount();
  private final ConnectionLog log;
  private final ConnectionLifetime lifetime;
  private volatile @Nullable StatefulConnection<byte[], byte[]> connection;
  private volatile StoreException down;
  private volatile long retryMillis = RETRY_FIRST_MILLIS;

  /** When the connection was first seen to be lost; 0 while it is not. */
  private volatile long lostNanos;

  public Connector(Connections connections, ServerCheck check, Timer timer, Options options) {
    this.connections = connections;
    this.check = check;
    this.timer = timer;
    this.options = options;
    this.log = new ConnectionLog(connections);
    this.lifetime = new ConnectionLifetime(connections, () -> connection);
    this.down = notConnected();
    connections.countNodes(count);
  }

  /** Returns the count of connections; empty for a given connection to a cluster. */
  public Optional<ConnectionCount> connectionCount() {
    return isCluster() && !connections.renewable() ? Optional.empty() : Optional.of(count);
  }

  public boolean isCluster() {
    return connections.cluster();
  }

  /**
   * Begins to connect, and waits for the result of the first attempt.
   *
   * @throws StoreMisconfiguredException if no attempt can succeed
   * @throws StoreUnavailableException if there is no connection and the options require one
   */
  public void start() {
    renewing.set(true);
    begin();
    if (!Waiting.upTo(Options.CONNECT.multipliedBy(3), first)) {
      first.complete(Optional.of(down));
    }
    StoreException failure = first.join().orElse(null);
    if (failure instanceof StoreMisconfiguredException
        || (failure != null && options.requireConnection())) {
      throw failure;
    }
  }

  /** Sends a call, or completes it exceptionally if it cannot be sent now. */
  public void send(Call call) {
    StatefulConnection<byte[], byte[]> to = connection;
    if (to == null) {
      call.completeExceptionally(down);
      return;
    }
    RuntimeException why = whyNotNow(to);
    if (why != null) {
      call.completeExceptionally(why);
      suspectIfLost();
      return;
    }
    try {
      if (isCluster()) {
        call.whenComplete((reply, error) -> heard(error));
      }
      to.dispatch(call);
    } catch (RedisException e) {
      call.completeExceptionally(e);
    }
  }

  private @Nullable RuntimeException whyNotNow(StatefulConnection<?, ?> to) {
    boolean lost = !isCluster() && isLost(to);
    if (down instanceof StoreMisconfiguredException mistake && (lost || isCluster())) {
      return mistake;
    }
    if (lost) {
      return new RedisException("Not connected");
    }
    return connections.inTransaction() ? inTransaction() : null;
  }

  /**
   * Returns whether the client is disconnected. The client reconnects but does not report why it
   * cannot. After a while another connection is tried, and its failure shows the reason.
   */
  private boolean isLost(StatefulConnection<?, ?> to) {
    if (to.isOpen()) {
      found();
      return false;
    }
    lost();
    return true;
  }

  /**
   * A cluster counts as lost if none of its nodes answers. A single node that is down is handled by
   * the client.
   */
  private void heard(@Nullable Throwable error) {
    if (error == null || error instanceof RedisCommandExecutionException) {
      found();
    } else {
      lost();
      suspectIfLost();
    }
  }

  private void found() {
    if (endLoss()) {
      log.found();
    }
  }

  /** Notes that the connection is not lost. Returns whether it was. */
  private boolean endLoss() {
    if (lostNanos == 0) {
      return false;
    }
    lostNanos = 0;
    down = notConnected();
    return true;
  }

  private void lost() {
    if (lostNanos == 0) {
      long now = System.nanoTime();
      lostNanos = now == 0 ? 1 : now;
      if (!isCluster()) {
        sayLost();
      }
    }
  }

  /** A cluster is said to be lost after a while: another node may answer the next call. */
  private void sayLost() {
    if (!lifetime.isClosed()) {
      log.lost();
    }
  }

  private void suspectIfLost() {
    long since = lostNanos;
    if (since != 0
        && System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(RETRY_LAST_MILLIS)) {
      sayLost();
      suspect();
    }
  }

  /**
   * A command that is sent now would be queued, and EXEC would return its result to the
   * application.
   */
  private StoreException inTransaction() {
    return new StoreMisconfiguredException(
        connections
            + " is in a transaction of the application (MULTI); give the store a connection of its"
            + " own",
        false,
        null);
  }

  private StoreException notConnected() {
    return new StoreUnavailableException(connections + ": not connected", false, null);
  }

  /**
   * Opens another connection beside one that is unusable: it does not respond, or leads to a
   * replica.
   */
  public void suspect() {
    if (connections.renewable() && !lifetime.isClosed() && renewing.compareAndSet(false, true)) {
      begin();
    }
  }

  private void begin() {
    if (!lifetime.beginAttempt()) {
      return;
    }
    Thread thread = new Thread(this::attempt, "ratelimiter-redis-connect");
    thread.setDaemon(true);
    thread.start();
  }

  private void attempt() {
    try {
      StatefulConnection<byte[], byte[]> made = open();
      try {
        if (connections.inTransaction()) {
          throw inTransaction();
        }
        check.run(made);
      } catch (RuntimeException e) {
        lifetime.release(made);
        throw e;
      }
      adopt(made);
    } catch (RuntimeException | LinkageError e) {
      failed(Errors.ofConnecting(connections.toString(), e));
    } finally {
      lifetime.endAttempt();
    }
  }

  /** Opens a connection. Calls bring their own codec. */
  @SuppressWarnings("unchecked")
  private StatefulConnection<byte[], byte[]> open() {
    return (StatefulConnection<byte[], byte[]>) connections.open();
  }

  private void adopt(StatefulConnection<byte[], byte[]> made) {
    if (lifetime.isClosed()) {
      lifetime.release(made);
      return;
    }
    StatefulConnection<byte[], byte[]> old = connection;
    connection = made;
    if (!isCluster()) {
      count.connected();
      made.addListener(count);
    }
    endLoss();
    if (old != null) {
      log.replaced();
      long grace = 2 * options.timeout().toMillis();
      timer.later(grace, TimeUnit.MILLISECONDS, () -> lifetime.release(old));
    } else if (first.isDone()) {
      log.connected();
    }
    retryMillis = RETRY_FIRST_MILLIS;
    first.complete(Optional.empty());
    // Not again immediately: the new connection needs time to show whether it works.
    timer.later(RETRY_LAST_MILLIS, TimeUnit.MILLISECONDS, () -> renewing.set(false));
  }

  private void failed(StoreException failure) {
    boolean isNews = !Objects.equals(failure.getMessage(), down.getMessage());
    down = failure;
    first.complete(Optional.of(failure));
    if (lifetime.isClosed()) {
      return;
    }
    if (isNews) {
      log.failed(failure);
    }
    long delay = retryMillis;
    retryMillis = Math.min(2 * delay, RETRY_LAST_MILLIS);
    timer.later(
        delay,
        TimeUnit.MILLISECONDS,
        () -> {
          if (connection == null && !lifetime.isClosed()) {
            begin();
          } else {
            renewing.set(false);
          }
        });
  }

  /** Returns whether calls can be sent; for a cluster, whether any node has answered recently. */
  public Status status() {
    StatefulConnection<byte[], byte[]> to = connection;
    if (to == null) {
      return new Status.Starting();
    }
    boolean up = isCluster() ? lostNanos == 0 : !isLost(to);
    if (up) {
      return new Status.Ready();
    }
    Instant since = Instant.now().minusNanos(Math.max(System.nanoTime() - lostNanos, 0));
    return new Status.Degraded(since, Objects.requireNonNull(down.getMessage()));
  }

  /** Closes the connection. An attempt to connect ends first, and then closes what is left. */
  public void close() {
    connections.stopCounting(count);
    lifetime.close();
  }

  @Override
  public String toString() {
    return connections.toString();
  }
}
