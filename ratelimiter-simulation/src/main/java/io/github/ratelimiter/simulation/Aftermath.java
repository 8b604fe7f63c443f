package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a run, after a time without faults: the store must decide again, and no caller may
 * wait any more.
 */
final class Aftermath {
  private final World world;

  Aftermath(World world) {
    this.world = world;
  }

  /**
   * Calls every instance once for every key, because a store without requests makes no decisions.
   */
  List<Call> callAll() {
    List<Call> calls = new ArrayList<>();
    for (int slot = 0; slot < world.setup().instances(); slot++) {
      Instance instance = world.instance(slot);
      if (instance.isUp()) {
        world.deployments().beforeCall(instance, 0);
        for (String key : world.setup().keys()) {
          Call call = new Call(Kind.TRY, instance, key, 1, world.now(), 0);
          calls.add(call);
          world.application().take(call);
        }
      }
    }
    return calls;
  }

  void run(long micros) {
    List<Call> last = callAll();
    world.time().runUntil(world.now() + micros);
    last.forEach(this::wasDecidedByTheStore);
    for (Instance instance : world.instances()) {
      if (!instance.process().isDead() && !instance.isClosed()) {
        instance.calls().forEach(this::isOver);
        wasReported(instance);
        instance.close();
      }
    }
    world.time().runUntil(world.now() + micros);
  }

  private void wasReported(Instance instance) {
    String wrong = instance.reports().wrong(instance.calls());
    if (wrong != null) {
      world.violated("reports", () -> instance.name() + ": " + wrong);
    }
  }

  private void wasDecidedByTheStore(Call call) {
    if (call.source() == null || call.source() == Source.FALLBACK) {
      world.violated(
          "recovery", () -> call + ", when all was well, was decided by " + call.source());
    }
  }

  private void isOver(Call call) {
    if (!call.isAnswered()) {
      world.violated("unanswered", () -> call + " was never answered");
    }
  }
}
