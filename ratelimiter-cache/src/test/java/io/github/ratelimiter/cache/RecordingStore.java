package io.github.ratelimiter.cache;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that answers later, and remembers what it was asked. */
final class RecordingStore implements StateStore {
  private final ManualTimeSource clock;
  private final StateStore store;
  final List<Request> asked = new ArrayList<>();
  final List<JointRequest> askedAll = new ArrayList<>();
  private final Duration timeout;
  boolean down;

  /** How long a joint request takes. */
  long delayMicros;

  int tried;
  boolean slow;

  RecordingStore(ManualTimeSource clock) {
    this(clock, Duration.ofSeconds(1));
  }

  RecordingStore(ManualTimeSource clock, Duration timeout) {
    this.clock = clock;
    this.timeout = timeout;
    this.store = LocalStateStore.builder().timeSource(clock).build();
  }

  @Override
  public @Nullable Decision tryDecide(Request request) {
    tried++;
    return null;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    asked.add(request);
    return slow
        ? clock.after(1_000).thenCompose(arrived -> store.decide(request, deadline))
        : store.decide(request, deadline);
  }

  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    askedAll.add(request);
    return down
        ? CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null))
        : delayMicros == 0
            ? store.decideAll(request, deadline)
            : clock.after(delayMicros).thenCompose(late -> store.decideAll(request, deadline));
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return "recording store";
  }

  long count(Class<? extends Request> kind) {
    return asked(kind).size();
  }

  <T extends Request> List<T> asked(Class<T> kind) {
    return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
