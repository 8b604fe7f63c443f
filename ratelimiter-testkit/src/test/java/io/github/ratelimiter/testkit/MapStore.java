package io.github.ratelimiter.testkit;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The simplest store: a map of states and one lock. Broken stores override a method. */
class MapStore implements StateStore {
  final ManualTimeSource clock;
  final Map<Object, KeyState> states = new HashMap<>();
  private boolean closed;

  MapStore(ManualTimeSource clock) {
    this.clock = clock;
  }

  /** Returns what identifies the state of a request. */
  Object id(Request request) {
    return Map.entry(request.policy().name(), request.key());
  }

  /** Decides a request at an instant. The caller has the lock. */
  StoreDecision decideAt(Request request, long now) {
    return states
        .computeIfAbsent(id(request), id -> new KeyState(request.policy()))
        .decide(request, now);
  }

  StoreDecision decideNow(Request request) {
    synchronized (states) {
      return decideAt(request, clock.nowMicros());
    }
  }

  final boolean isClosed() {
    synchronized (states) {
      return closed;
    }
  }

  @Override
  public Decision tryDecide(Request request) {
    if (isClosed()) {
      throw new IllegalStateException("the store is closed");
    }
    return decideNow(request);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    try {
      return CompletableFuture.completedFuture(tryDecide(request));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Status status() {
    return isClosed() ? new Status.Closed() : new Status.Ready();
  }

  @Override
  public void close() {
    synchronized (states) {
      closed = true;
    }
  }
}
