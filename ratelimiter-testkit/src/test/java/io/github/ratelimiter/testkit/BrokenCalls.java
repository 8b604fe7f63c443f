package io.github.ratelimiter.testkit;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateCodec;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.testkit.BrokenStores.Broken;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** Stores that decide correctly, but break a rule about calls. */
final class BrokenCalls {
  private BrokenCalls() {}

  static List<Broken> all() {
    return List.of(
        new Broken(
            "noTimeLeft",
            "a request is carried out after its deadline, and the caller is told that it was not",
            clock -> new LateStore(clock, true, false)),
        new Broken(
            "noTimeLeft",
            "a request that was not sent may have run",
            clock -> new LateStore(clock, false, true)),
        new Broken("joint", "a refused joint request charges some parts", ChargingStore::new),
        new Broken("jointHolds", "a refused joint hold takes some parts", ChargingStore::new),
        new Broken("jointHolds", "a joint hold cannot be released", ForgetfulStore::new),
        new Broken("jointObserved", "an observed part refuses", StrictStore::new),
        new Broken("concurrentCallers", "a decision is not atomic", RacingStore::new),
        new Broken(
            "agreesWithTheReference",
            "an acquirer does not see the other requests of its key",
            StaleAcquirerStore::new),
        new Broken("closed", "a closed store's acquirer decides", OpenAcquirerStore::new),
        new Broken("closed", "decide throws", ThrowingStore::new),
        new Broken("closed", "a closed store decides", NeverClosedStore::new),
        new Broken("closed", "a closed store decides immediately", AlwaysOpenStore::new),
        new Broken("closed", "a closed store is ready", AlwaysReadyStore::new));
  }

  private static final class StaleAcquirerStore extends MapStore {
    StaleAcquirerStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public Acquirer acquirer(String key, Policy policy) {
      KeyState found = new KeyState(policy);
      return permits -> found.decide(new Request.Acquire(key, policy, permits), clock.nowMicros());
    }
  }

  private static final class OpenAcquirerStore extends MapStore {
    OpenAcquirerStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public Acquirer acquirer(String key, Policy policy) {
      return permits -> decideNow(new Request.Acquire(key, policy, permits));
    }
  }

  private static final class NeverClosedStore extends MapStore {
    NeverClosedStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public void close() {}
  }

  private static final class AlwaysReadyStore extends MapStore {
    AlwaysReadyStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public Status status() {
      return new Status.Ready();
    }
  }

  private static final class AlwaysOpenStore extends MapStore {
    AlwaysOpenStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public Decision tryDecide(Request request) {
      return decideNow(request);
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return isClosed()
          ? CompletableFuture.failedFuture(new IllegalStateException("the store is closed"))
          : super.decide(request, deadline);
    }
  }

  private static final class ThrowingStore extends MapStore {
    ThrowingStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return CompletableFuture.completedFuture(tryDecide(request));
    }
  }

  /** Charges each part of a joint request on its own. */
  private static final class ChargingStore extends MapStore {
    ChargingStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public boolean isAtomic(JointRequest request) {
      return true;
    }

    @Override
    public List<Decision> tryDecideAll(JointRequest request) {
      return request.parts().stream().map(part -> tryDecide(part.request())).toList();
    }
  }

  /** Takes the permits of joint holds, and keeps no grants. */
  private static final class ForgetfulStore extends MapStore {
    ForgetfulStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
      return super.decideAll(request, deadline)
          .thenApply(
              decisions ->
                  decisions.stream()
                      .<Decision>map(decision -> StoreDecision.of(decision).withoutGrant())
                      .toList());
    }
  }

  /** Takes no notice of which parts are observed. */
  private static final class StrictStore extends MapStore {
    StrictStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
      List<JointRequest.Part> parts =
          request.parts().stream()
              .map(part -> new JointRequest.Part(part.request(), false))
              .toList();
      return super.decideAll(new JointRequest(parts), deadline);
    }
  }

  /** Fails after a deadline, and tells something wrong about the request. */
  private static final class LateStore extends MapStore {
    private final boolean runs;
    private final boolean mayHaveRun;

    LateStore(ManualTimeSource clock, boolean runs, boolean mayHaveRun) {
      super(clock);
      this.runs = runs;
      this.mayHaveRun = mayHaveRun;
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      if (!deadline.hasPassed()) {
        return super.decide(request, deadline);
      }
      if (runs) {
        tryDecide(request);
      }
      return CompletableFuture.failedFuture(new StoreTimeoutException("late", mayHaveRun, null));
    }
  }

  /** Reads a state, waits, and writes it, without a lock around all three. */
  private static final class RacingStore extends MapStore {
    RacingStore(ManualTimeSource clock) {
      super(clock);
    }

    @Override
    StoreDecision decideNow(Request request) {
      Object id = id(request);
      byte[] read;
      synchronized (states) {
        read = StateCodec.encode(states.getOrDefault(id, new KeyState(request.policy())));
      }
      LockSupport.parkNanos(100_000);
      KeyState state = StateCodec.decode(request.policy(), read);
      StoreDecision decision = state.decide(request, clock.nowMicros());
      synchronized (states) {
        states.put(id, state);
      }
      return decision;
    }
  }
}
