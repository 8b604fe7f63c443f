package io.github.ratelimiter.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.store.StoreDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Stores that are broken on purpose are found within a few seeds. */
class BrokenStoreTest {
  private static final int FEW = 60;

  /** What few seeds find with a store, and do not find without. */
  private static Set<String> found(Engine engine, Wrapper wrapper) {
    Set<String> rules = new TreeSet<>();
    for (long seed = 0; seed < FEW; seed++) {
      Plan plan = Plan.of(seed);
      Result right = new Simulation(new JavaEngine()).run(plan);
      for (Violation violation : new Simulation(engine, wrapper).run(plan).violations()) {
        if (!right.violates(violation.rule())) {
          rules.add(violation.rule());
        }
      }
    }
    return rules;
  }

  /** An engine of which some requests are decided otherwise. */
  private static class Broken implements Engine {
    private final Function<Request, Request> change;
    private final Engine engine;

    Broken(Function<Request, Request> change, Engine engine) {
      this.change = change;
      this.engine = engine;
    }

    @Override
    public List<Decision> decide(List<Request> requests, long now, long skew) {
      return engine.decide(requests.stream().map(change).toList(), now, skew);
    }

    @Override
    public void evict(String policy, String key) {
      engine.evict(policy, key);
    }

    @Override
    public void flush() {
      engine.flush();
    }
  }

  @Test
  void oneThatGrantsOneTooMany() {
    Engine generous =
        new Broken(
            request ->
                request instanceof Request.Acquire acquire && acquire.permits() > 1
                    ? new Request.Acquire(acquire.key(), acquire.policy(), acquire.permits() - 1)
                    : request,
            new JavaEngine());
    assertThat(found(generous, Wrapper.NONE)).contains("limit");
  }

  @Test
  void oneThatForgetsCharges() {
    Engine forgetful =
        new Broken(
            request ->
                request instanceof Request.Charge charge
                    ? new Request.Peek(charge.key(), charge.policy(), 1)
                    : request,
            new JavaEngine());
    assertThat(found(forgetful, Wrapper.NONE)).contains("alone");
  }

  @Test
  void oneThatAnswersLate() {
    Wrapper late = (store, time) -> new Late(store, time);
    assertThat(found(new JavaEngine(), late)).contains("late");
  }

  @Test
  void oneThatPromisesTooMuch() {
    Engine hasty =
        new Broken(request -> request, new JavaEngine()) {
          @Override
          public List<Decision> decide(List<Request> requests, long now, long skew) {
            List<Decision> decisions = new ArrayList<>();
            for (Decision decision : super.decide(requests, now, skew)) {
              boolean refused = decision.outcome() == Outcome.REFUSED;
              decisions.add(refused ? StoreDecision.of(decision).after(1) : decision);
            }
            return decisions;
          }
        };
    assertThat(found(hasty, Wrapper.NONE)).contains("retry-after");
  }

  /** Gives every answer some time after the store. */
  private record Late(StateStore store, TimeSource time) implements StateStore {
    private static final long MICROS = 60_000;

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return time.after(MICROS)
          .thenCompose(later -> store.decide(request, Deadline.after(timeout(), time)));
    }

    @Override
    public Duration timeout() {
      return store.timeout();
    }
  }
}
