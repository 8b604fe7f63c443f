package io.github.ratelimiter.redis.transport;

import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections, and their client after them. A client must not end while it opens a
 * connection, so an attempt to connect ends first. Thread-safe.
 */
final class ConnectionLifetime {
  private final Connections connections;
  private final Supplier<@Nullable StatefulConnection<byte[], byte[]>> last;

  /** Guards the next three together. */
  private final Object ending = new Object();

  private boolean attempting;
  private volatile boolean closed;

  /** Completes when the connections that are not used any more are closed. */
  private CompletableFuture<Void> released = CompletableFuture.completedFuture(null);

  /**
   * Begins a lifetime.
   *
   * @param last returns the connection in use; null if there is none
   */
  ConnectionLifetime(
      Connections connections, Supplier<@Nullable StatefulConnection<byte[], byte[]>> last) {
    this.connections = connections;
    this.last = last;
  }

  boolean isClosed() {
    return closed;
  }

  /** Begins an attempt to connect. Returns false if it must not begin any more. */
  boolean beginAttempt() {
    synchronized (ending) {
      if (closed) {
        return false;
      }
      attempting = true;
      return true;
    }
  }

  void endAttempt() {
    synchronized (ending) {
      attempting = false;
      if (!closed) {
        return;
      }
    }
    closeAll();
  }

  /** Closes a connection that is not used any more. */
  void release(StatefulConnection<byte[], byte[]> unused) {
    CompletableFuture<Void> done = connections.release(unused);
    synchronized (ending) {
      released = CompletableFuture.allOf(released, done);
    }
  }

  /** Closes the connection. An attempt to connect ends first, and then closes what is left. */
  void close() {
    synchronized (ending) {
      closed = true;
      if (attempting) {
        return;
      }
    }
    closeAll();
  }

  /** A client is shut down after what was released is closed. It would be closed twice. */
  private void closeAll() {
    CompletableFuture<Void> before;
    synchronized (ending) {
      before = released;
    }
    before.whenComplete((done, failure) -> connections.close(last.get()));
  }
}
