package io.github.ratelimiter.testkit;

import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.HashMap;
import java.util.Map;

/** A store that decides correctly, except for one defect. */
final class BrokenStore extends MapStore {
  /** Decides in place of the store. */
  interface Defect {
    /** Decides a request; {@link BrokenStore#correct} is the correct decision. */
    StoreDecision decide(BrokenStore store, Request request, long now);
  }

  /** What the defect remembers for each state. */
  final Map<Object, Long> notes = new HashMap<>();

  private final Defect defect;

  BrokenStore(ManualTimeSource clock, Defect defect) {
    super(clock);
    this.defect = defect;
  }

  @Override
  StoreDecision decideAt(Request request, long now) {
    return defect.decide(this, request, now);
  }

  StoreDecision correct(Request request, long now) {
    return super.decideAt(request, now);
  }

  /** Returns a decision with another outcome. Requires a policy of one limit. */
  static StoreDecision with(Outcome outcome, StoreDecision decision) {
    Policy policy = decision.policy();
    long resetAfter = decision.resetAfter().toNanos() / 1_000;
    return StoreDecision.of(policy, outcome, decision.remaining(), 0, resetAfter);
  }
}
