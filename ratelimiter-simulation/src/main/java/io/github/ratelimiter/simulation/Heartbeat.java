package io.github.ratelimiter.simulation;

import io.github.ratelimiter.store.Fleet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the heartbeat of an instance every second, and learns which other instances are alive. */
final class Heartbeat {
  static final long BEAT = 1_000_000;

  private final World world;
  private final Instance instance;
  private @Nullable Fleet fleet;
  private boolean started;
  private boolean left;

  Heartbeat(World world, Instance instance) {
    this.world = world;
    this.instance = instance;
  }

  /** Returns the known instances. The first call starts the heartbeat. */
  Optional<Fleet> fleet() {
    if (!started && !left) {
      started = true;
      beat();
    }
    return Optional.ofNullable(fleet);
  }

  private void beat() {
    if (left) {
      return;
    }
    if (world.network().hearsOf(instance.slot()) && world.door().refusal(world.now()) == null) {
      long travel = 50 + Seeds.random(world.setup().seed(), 5, world.now()).nextLong(1_000);
      world.time().after(travel, () -> world.server().arrive(() -> arrived(travel)));
    }
    long jitter =
        Seeds.random(world.setup().seed(), 6, instance.slot(), world.now()).nextLong(BEAT / 5);
    world.time().after(BEAT * 9 / 10 + jitter, () -> instance.process().run(this::beat));
  }

  private void arrived(long travel) {
    List<String> names = world.server().fleet().beat(instance.name(), world.server().clock().now());
    world.time().after(travel, () -> instance.process().run(() -> heard(names)));
  }

  private void heard(List<String> names) {
    fleet = new Fleet(instance.name(), names);
    instance.told(names.size());
  }

  void leave() {
    left = true;
    world.server().arrive(() -> world.server().fleet().leave(instance.name()));
  }
}
