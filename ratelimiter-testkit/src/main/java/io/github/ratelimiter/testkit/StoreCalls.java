package io.github.ratelimiter.testkit;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Grant;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Opens the store of a test, and calls it in the ways in which applications do. */
abstract class StoreCalls {
  /** The method that requests a decision. */
  enum Way {
    /** {@link StateStore#tryDecide}, and {@link StateStore#decide} if that returns null. */
    NOW_OR_LATER,
    /** {@link StateStore#decide} alone. */
    LATER,
    /** An {@link Acquirer} if the store has one, otherwise as {@link #NOW_OR_LATER}. */
    FOR_KEY
  }

  private record Name(String key, Policy policy) {}

  static final long DEADLINE_SECONDS = 30;

  final ManualTimeSource clock = ManualTimeSource.create();
  StateStore store =
      (request, deadline) -> {
        throw new IllegalStateException("not opened");
      };
  private final Map<Name, Optional<Acquirer>> acquirers = new ConcurrentHashMap<>();

  /** Opens a store without keys. */
  protected abstract StateStore open(ManualTimeSource clock);

  @BeforeEach
  final void openStore() {
    store = open(clock);
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  final Decision decide(Way way, Request request) {
    Decision decision = decideNow(way, request);
    if (decision != null) {
      return decision;
    }
    return resultOf(store.decide(request));
  }

  private static <T> T resultOf(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  final @Nullable Decision decideNow(Way way, Request request) {
    if (way == Way.LATER) {
      return null;
    }
    Optional<Acquirer> acquirer =
        way == Way.FOR_KEY && request instanceof Request.Acquire
            ? acquirers.computeIfAbsent(
                new Name(request.key(), request.policy()),
                name -> Optional.ofNullable(store.acquirer(name.key, name.policy)))
            : Optional.empty();
    return acquirer.isPresent()
        ? acquirer.get().tryAcquire(request.permits())
        : store.tryDecide(request);
  }

  final Decision acquire(String key, Policy policy, long permits) {
    return decide(Way.NOW_OR_LATER, new Request.Acquire(key, policy, permits));
  }

  final Decision peek(String key, Policy policy, long permits) {
    return decide(Way.NOW_OR_LATER, new Request.Peek(key, policy, permits));
  }

  final List<Long> remainingOfEach(String key, Policy policy) {
    return peek(key, policy, 1).limits().stream().map(LimitStatus::remaining).toList();
  }

  final List<Decision> decideAll(JointRequest.Part... parts) {
    Supplier<Deadline> deadline = () -> Deadline.after(store.timeout(), TimeSource.system());
    return resultOf(StateStore.askAll(store, new JointRequest(List.of(parts)), deadline));
  }

  static Grant grantOf(Decision decision) {
    return StoreDecision.of(decision).grant().orElseThrow();
  }
}
