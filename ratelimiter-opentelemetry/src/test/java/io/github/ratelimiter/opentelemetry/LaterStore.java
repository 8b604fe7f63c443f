package io.github.ratelimiter.opentelemetry;

import io.github.ratelimiter.CallObserver.Observation;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that behaves as one that needs I/O: no decision is available immediately. */
final class LaterStore extends ForwardingStore {
  private final StoreEvents events = new StoreEvents(Runnable::run);
  private final List<Runnable> held = new ArrayList<>();

  /** The observations of the callers so far. */
  final List<Observation> observations = new ArrayList<>();

  private boolean holding;
  private Throwable failure;

  LaterStore() {
    super(LocalStateStore.create());
  }

  /** From now on nothing is answered until {@link #release}. */
  void hold() {
    holding = true;
  }

  void release() {
    held.forEach(Runnable::run);
  }

  void failWith(Throwable failure) {
    this.failure = failure;
  }

  void publish(StoreEvent event) {
    events.publish(event);
  }

  @Override
  public Decision tryDecide(Request request) {
    return null;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    observations.addAll(deadline.observations());
    CompletableFuture<Decision> answer = new CompletableFuture<>();
    Runnable decide =
        () -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(super.tryDecide(request));
          }
        };
    if (holding) {
      held.add(decide);
    } else {
      decide.run();
    }
    return answer;
  }

  @Override
  public void addListener(StoreListener listener) {
    events.add(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    events.remove(listener);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "later";
  }
}
