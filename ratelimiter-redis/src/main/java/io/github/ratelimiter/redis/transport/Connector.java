package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps a checked connection. The client reconnects by itself. This class opens the first
 * connection, repeatedly if necessary, and opens a new one beside a connection that does not
 * respond. The old connection is used until the new one is ready.
 */
public final class Connector {
  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");
  private static final long RETRY_FIRST_MILLIS = 100;
  private static final long RETRY_LAST_MILLIS = 1_000;

  private final Connections connections;
  private final ServerCheck check;
  private final Timer timer;
  private final Options options;
  private final CompletableFuture<Optional<StoreException>> first = new CompletableFuture<>();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private final ConnectionCount count = new ConnectionCount();
  private volatile @Nullable StatefulConnection<byte[], byte[]> connection;
  private volatile StoreException down;
  private volatile long retryMillis = RETRY_FIRST_MILLIS;

  /** Guards the next three together: a client must not end while it opens a connection. */
  private final Object ending = new Object();

  private boolean attempting;
  private volatile boolean closed;

  /** Completes when the connections that are not used any more are closed. */
  private CompletableFuture<Void> released = CompletableFuture.completedFuture(null);

  /** When the connection was first seen to be lost; 0 while it is not. */
  private volatile long lostNanos;

  /** Whether the log has said that the connection is lost. */
  private volatile boolean saidLost;

  private final LimitedLog lost = limited(Level.WARN);
  private final LimitedLog found = limited(Level.INFO);
  private final LimitedLog connected = limited(Level.INFO);
  private final LimitedLog replaced = limited(Level.INFO);
  private final LimitedLog failed = limited(Level.WARN);

  /** A server that restarts causes a few messages at once, and one that flaps causes many. */
  private static LimitedLog limited(Level level) {
    return new LimitedLog(LOG, level, LimitedLog.Rate.TEN_A_MINUTE, TimeSource.system());
  }

  public Connector(Connections connections, ServerCheck check, Timer timer, Options options) {
    this.connections = connections;
    this.check = check;
    this.timer = timer;
    this.options = options;
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
    if (notLost()) {
      found.event().addKeyValue("server", connections).log("{}: connected again", connections);
    }
  }

  /** Notes that the connection is not lost. Returns whether the log has said that it was. */
  private boolean notLost() {
    if (lostNanos == 0) {
      return false;
    }
    lostNanos = 0;
    down = notConnected();
    boolean said = saidLost;
    saidLost = false;
    return said;
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
    if (!saidLost && !closed) {
      saidLost = true;
      lost.event()
          .addKeyValue("server", connections)
          .log("{}: connection lost; reconnecting", connections);
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
    if (connections.renewable() && !closed && renewing.compareAndSet(false, true)) {
      begin();
    }
  }

  private void begin() {
    synchronized (ending) {
      if (closed) {
        return;
      }
      attempting = true;
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
        release(made);
        throw e;
      }
      adopt(made);
    } catch (RuntimeException | LinkageError e) {
      failed(Errors.ofConnecting(connections.toString(), e));
    } finally {
      attempted();
    }
  }

  private void attempted() {
    synchronized (ending) {
      attempting = false;
      if (!closed) {
        return;
      }
    }
    closeAll();
  }

  /** Opens a connection. Calls bring their own codec. */
  @SuppressWarnings("unchecked")
  private StatefulConnection<byte[], byte[]> open() {
    return (StatefulConnection<byte[], byte[]>) connections.open();
  }

  private void adopt(StatefulConnection<byte[], byte[]> made) {
    if (closed) {
      release(made);
      return;
    }
    StatefulConnection<byte[], byte[]> old = connection;
    connection = made;
    if (!isCluster()) {
      count.connected();
      made.addListener(count);
    }
    notLost();
    if (old != null) {
      replaced
          .event()
          .addKeyValue("server", connections)
          .log("{}: replaced an unusable connection", connections);
      long grace = 2 * options.timeout().toMillis();
      timer.later(grace, TimeUnit.MILLISECONDS, () -> release(old));
    } else if (first.isDone()) {
      connected.event().addKeyValue("server", connections).log("{}: connected", connections);
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
    if (closed) {
      return;
    }
    if (isNews) {
      failed
          .event()
          .addKeyValue("server", connections)
          .addKeyValue("reason", failure.getMessage())
          .setCause(failure.getCause())
          .log("{}; retrying until it succeeds", failure.getMessage());
    }
    long delay = retryMillis;
    retryMillis = Math.min(2 * delay, RETRY_LAST_MILLIS);
    timer.later(
        delay,
        TimeUnit.MILLISECONDS,
        () -> {
          if (connection == null && !closed) {
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
    synchronized (ending) {
      closed = true;
      if (attempting) {
        return;
      }
    }
    closeAll();
  }

  private void release(StatefulConnection<byte[], byte[]> unused) {
    CompletableFuture<Void> done = connections.release(unused);
    synchronized (ending) {
      released = CompletableFuture.allOf(released, done);
    }
  }

  /** A client is shut down after what was released is closed. It would be closed twice. */
  private void closeAll() {
    CompletableFuture<Void> before;
    synchronized (ending) {
      before = released;
    }
    before.whenComplete((done, failure) -> connections.close(connection));
  }

  @Override
  public String toString() {
    return connections.toString();
  }
}
