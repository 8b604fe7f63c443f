package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Request;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request in progress, and its state so far. */
final class Pending {
  private final Instance instance;
  private final Request request;
  private final CompletableFuture<Decision> answer = new CompletableFuture<>();
  private @Nullable Executed executed;
  private @Nullable StoreException refusal;
  private @Nullable StoreException failure;

  Pending(Instance instance, Request request) {
    this.instance = instance;
    this.request = request;
  }

  Instance instance() {
    return instance;
  }

  Request request() {
    return request;
  }

  CompletableFuture<Decision> answer() {
    return answer;
  }

  boolean isDone() {
    return answer.isDone();
  }

  void refuse() {
    refusal = new StoreUnavailableException("the server refuses", false, null);
  }

  void carriedOut(Executed how) {
    executed = how;
  }

  boolean wasCarriedOut() {
    return executed != null;
  }

  Executed executed() {
    return Objects.requireNonNull(executed);
  }

  @Nullable StoreException refusal() {
    return refusal;
  }

  void fail(StoreException why) {
    failure = why;
    answer.completeExceptionally(why);
  }

  /** Returns whether the caller was told that the outcome is unknown. */
  boolean isUnknown() {
    return failure != null && failure.mayHaveRun();
  }

  @Override
  public String toString() {
    return request.toString();
  }
}
