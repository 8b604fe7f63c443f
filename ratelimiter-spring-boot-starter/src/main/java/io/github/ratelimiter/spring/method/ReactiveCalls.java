package io.github.ratelimiter.spring.method;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.spring.reactor.LaterDecision;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Limits methods that return a reactive type. Is loaded only if Reactor is there. */
final class ReactiveCalls {
  /** The call after the decision. */
  @FunctionalInterface
  interface Next {
    @Nullable Object call(Admission admission) throws Throwable;
  }

  private ReactiveCalls() {}

  static boolean isReactive(Class<?> type) {
    return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
  }

  /** Returns a result that decides at each subscription. */
  static Object limited(Class<?> type, Supplier<CompletableFuture<Admission>> decision, Next next) {
    ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
    if (adapter == null) {
      throw new IllegalArgumentException(type + " is not reactive");
    }
    Mono<Admission> admission = LaterDecision.of(decision);
    Publisher<?> result =
        adapter.isMultiValue()
            ? admission.flatMapMany(each -> Flux.from(published(adapter, next, each)))
            : admission.flatMap(each -> Mono.from(published(adapter, next, each)));
    return adapter.fromPublisher(result);
  }

  private static Publisher<Object> published(
      ReactiveAdapter adapter, Next next, Admission admission) {
    try {
      return adapter.toPublisher(next.call(admission));
    } catch (Throwable e) {
      return Mono.error(e);
    }
  }
}
