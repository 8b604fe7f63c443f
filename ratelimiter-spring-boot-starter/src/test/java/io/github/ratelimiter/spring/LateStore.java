package io.github.ratelimiter.spring;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store that decides later, on its I/O thread, as a remote one does. */
final class LateStore extends ForwardingStore {
  static final String IO_THREAD = "test-io";

  private final ExecutorService io =
      Executors.newSingleThreadExecutor(task -> new Thread(task, IO_THREAD));

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

  /** A caller that has not attached its stage yet would run it itself. */
  private <T> CompletionStage<T> later(Supplier<CompletionStage<T>> decision) {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                Thread.sleep(30);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return decision.get();
            },
            io)
        .thenCompose(stage -> stage);
  }

  @Override
  public void close() {
    io.shutdownNow();
    super.close();
  }
}
