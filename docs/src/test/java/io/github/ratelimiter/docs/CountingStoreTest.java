package io.github.ratelimiter.docs;

import io.github.ratelimiter.Deadline;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StateStore;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.github.ratelimiter.testkit.StateStoreSpec;
import java.time.Duration;
import java.util.Optional;
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
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      requests.increment();
      return next.decide(request, deadline);
    }

    @Override
    public Duration timeout() {
      return next.timeout();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
      return type.isInstance(this) ? Optional.of(type.cast(this)) : next.unwrap(type);
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
