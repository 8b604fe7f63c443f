package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends requests to the store. All failures complete the future. */
record StoreAccess(StateStore store, TimeSource time) {
  long timeoutMicros() {
    return TimeUnit.NANOSECONDS.toMicros(store.timeout().toNanos());
  }

  /** Decides a request that no caller waits for, within the timeout of the store. */
  CompletableFuture<Decision> decide(Request request) {
    return decide(request, Deadline.after(store.timeout(), time));
  }

  CompletableFuture<Decision> decide(Request request, Deadline deadline) {
    return StateStore.send(store, request, deadline);
  }

  CompletableFuture<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    return StateStore.sendAll(store, request, deadline);
  }
}
