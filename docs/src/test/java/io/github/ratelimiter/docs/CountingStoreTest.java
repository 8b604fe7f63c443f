package io.github.ratelimiter.docs;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.local.LocalStateStore;
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

  static final class CountingStore implements StateStore {
    private final StateStore next;
    private final LongAdder requests = new LongAdder();

    CountingStore(StateStore next) {
      this.next = next;
    }

    @Override
    public @Nullable Decision tryDecide(Request request) {
      requests.increment();
      return next.tryDecide(request);
    }

    @Override
    public CompletionStage<Decision> decide(Request request) {
      requests.increment();
      return next.decide(request);
    }

    @Override
    public void close() {
      next.close();
    }

    @Override
    public String toString() {
      return "counting " + next;
    }
  }
}
