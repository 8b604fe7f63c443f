package io.github.ratelimiter.examples;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

class CountingStoreTest extends StateStoreSpec {
  @Override
  protected StateStore open(ManualTimeSource clock) {
    return new CountingStore(LocalStateStore.builder().timeSource(clock).build());
  }

  static final class CountingStore extends ForwardingStore {
    private final LongAdder requests = new LongAdder();

    CountingStore(StateStore store) {
      super(store);
    }

    @Override
    public @Nullable Decision tryDecide(Request request) {
      requests.increment();
      return super.tryDecide(request);
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      requests.increment();
      return super.decide(request, deadline);
    }

    @Override
    public void close() {
      delegate().close();
    }

    @Override
    public String toString() {
      return "counting " + delegate();
    }
  }
}
