package io.github.ratelimiter;

import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The least store there is: a map and a lock. It answers at once, later, or not at all. */
final class TestStore implements StateStore {
  private record Held(Request request, CompletableFuture<Decision> answer) {}

  private final TimeSource time;
  private final Map<String, KeyState> states = new HashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final List<Request> seen = new ArrayList<>();
  private boolean holding;
  private boolean later;
  private @Nullable RuntimeException failure;
  private int answersBeforeFailure;
  private @Nullable RuntimeException thrown;

  TestStore(TimeSource time) {
    this.time = time;
  }

  /** Answers by {@link #decide} only, as a store with I/O does. */
  TestStore later() {
    later = true;
    return this;
  }

  /** Answers nothing until {@link #release()}. */
  synchronized void hold() {
    holding = true;
  }

  void release() {
    released().forEach(each -> each.answer.complete(answer(each.request)));
  }

  /** The calls that were held fail, and nothing was done. */
  void releaseWith(RuntimeException failure) {
    released().forEach(each -> each.answer.completeExceptionally(failure));
  }

  private synchronized List<Held> released() {
    List<Held> waiting = List.copyOf(held);
    holding = false;
    held.clear();
    return waiting;
  }

  synchronized void fail(@Nullable RuntimeException failure) {
    this.answersBeforeFailure = 0;
    this.failure = failure;
  }

  /** Fails after so many more answers. */
  synchronized void failAfter(int answers, RuntimeException failure) {
    this.answersBeforeFailure = answers;
    this.failure = failure;
  }

  synchronized void throwAtCall(RuntimeException thrown) {
    this.thrown = thrown;
  }

  synchronized List<Request> seen() {
    return List.copyOf(seen);
  }

  private synchronized Decision answer(Request request) {
    return states
        .computeIfAbsent(
            request.policy().name() + ":" + request.key(), key -> new KeyState(request.policy()))
        .decide(request, time.nowMicros());
  }

  @Override
  public synchronized @Nullable Decision tryDecide(Request request) {
    if (thrown != null) {
      throw thrown;
    }
    if (later || holding || (failure != null && answersBeforeFailure == 0)) {
      return null;
    }
    answersBeforeFailure -= failure == null ? 0 : 1;
    seen.add(request);
    return answer(request);
  }

  @Override
  public synchronized CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (thrown != null) {
      throw thrown;
    }
    seen.add(request);
    if (failure != null && answersBeforeFailure-- == 0) {
      answersBeforeFailure = 0;
      return CompletableFuture.failedFuture(failure);
    }
    if (holding) {
      Held call = new Held(request, new CompletableFuture<>());
      held.add(call);
      return call.answer;
    }
    return CompletableFuture.completedFuture(answer(request));
  }

  @Override
  public String toString() {
    return "test store";
  }
}
