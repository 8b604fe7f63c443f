package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A store on virtual time with everything that can happen to one. */
final class FaultyStore implements FleetStore {
  static final Duration DEADLINE = Duration.ofMillis(50);

  final ManualTimeSource clock;
  final StateStore store;
  final List<Request> asked = new CopyOnWriteArrayList<>();
  final List<JointRequest> askedAll = new CopyOnWriteArrayList<>();
  private volatile Predicate<Request> failing = request -> true;
  volatile boolean atomic = true;
  volatile Optional<Fleet> fleet = Optional.empty();
  volatile long delayMicros;
  private volatile Supplier<RuntimeException> failure;
  private volatile boolean hanging;
  private volatile boolean running;

  FaultyStore(ManualTimeSource clock) {
    this(clock, LocalStateStore.builder().timeSource(clock).build());
  }

  FaultyStore(ManualTimeSource clock, StateStore store) {
    this.clock = clock;
    this.store = store;
  }

  /** Cannot be reached: fails at once, and nothing has run. */
  void down() {
    fail(() -> new StoreUnavailableException("down", false, null));
  }

  /** Cannot be reached for some requests. */
  void failOnly(Predicate<Request> some) {
    down();
    failing = some;
  }

  /** Everything runs, but the answer is lost at once. */
  void losesAnswers() {
    losesAnswers(() -> new StoreUnavailableException("the connection broke", true, null));
  }

  /** Each request runs, and then its call fails. */
  void losesAnswers(Supplier<RuntimeException> failure) {
    fail(failure);
    running = true;
  }

  /** Nothing is answered until the deadline, and nothing has run. */
  void hang() {
    up();
    hanging = true;
  }

  /** Some requests are not answered until the deadline, and have not run. */
  void hangOnly(Predicate<Request> some) {
    hang();
    failing = some;
  }

  void fail(Supplier<RuntimeException> failure) {
    up();
    this.failure = failure;
  }

  void up() {
    failure = null;
    failing = request -> true;
    hanging = false;
    running = false;
    delayMicros = 0;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    asked.add(request);
    if (!failing.test(request)) {
      return store.decide(request, deadline);
    }
    return answer(() -> store.decide(request, deadline), deadline);
  }

  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    askedAll.add(request);
    if (!atomic) {
      return FleetStore.super.decideAll(request, deadline);
    }
    return answer(() -> store.decideAll(request, deadline), deadline);
  }

  @Override
  public boolean isAtomic(JointRequest request) {
    return atomic;
  }

  private <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> work, Deadline deadline) {
    if (hanging) {
      return clock
          .after(deadline.leftMicros())
          .thenCompose(
              late ->
                  CompletableFuture.failedFuture(
                      new StoreTimeoutException("no answer", false, null)));
    }
    if (running) {
      var unused = work.get();
    }
    Supplier<RuntimeException> failure = this.failure;
    if (failure != null) {
      return CompletableFuture.failedFuture(failure.get());
    }
    return delayMicros == 0
        ? work.get()
        : clock.after(delayMicros).thenCompose(arrived -> work.get());
  }

  @Override
  public Duration timeout() {
    return DEADLINE;
  }

  <T extends Request> List<T> asked(Class<T> kind) {
    return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public Optional<Fleet> fleet() {
    return fleet;
  }

  @Override
  public String toString() {
    return "faulty store";
  }
}
