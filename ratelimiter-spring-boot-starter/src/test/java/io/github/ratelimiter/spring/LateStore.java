package io.github.ratelimiter.spring;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store that decides later, on its I/O thread, as a remote one does. */
final class LateStore extends ForwardingStore {
  /** Longer than a caller needs to go on after its call, also on a busy machine. */
  private static final long LATENCY_MILLIS = 200;

  private final ScheduledExecutorService io =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "test-io"));

  LateStore() {
    super(LocalStateStore.builder().build());
  }

  @Override
  public @Nullable Decision tryDecide(Request request) {
    return null;
  }

  @Override
  public @Nullable Acquirer acquirer(String key, Policy policy) {
    return null;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    return later(() -> delegate().decide(request, deadline));
  }

  @Override
  public @Nullable List<Decision> tryDecideAll(JointRequest request) {
    return null;
  }

  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    return later(() -> delegate().decideAll(request, deadline));
  }

  private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> decision) {
    CompletableFuture<T> decided = new CompletableFuture<>();
    io.schedule(
        () ->
            decision
                .get()
                .whenComplete(
                    (result, failure) -> {
                      if (failure == null) {
                        decided.complete(result);
                      } else {
                        decided.completeExceptionally(failure);
                      }
                    }),
        LATENCY_MILLIS,
        TimeUnit.MILLISECONDS);
    return decided;
  }

  @Override
  public Duration timeout() {
    return Duration.ofSeconds(20);
  }

  @Override
  public void close() {
    io.shutdownNow();
    super.close();
  }
}
