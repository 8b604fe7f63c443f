package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Policy;
import java.util.List;
import java.util.SplittableRandom;

/** The policy version of each instance. */
final class Deployments {
  private static final long LONGEST_ALTERNATION = 2_000_000;

  private final World world;
  private final int[] deployed;
  private int latest;
  private long alternatesUntil;

  Deployments(World world) {
    this.world = world;
    this.deployed = new int[world.setup().instances()];
  }

  void change(Event event) {
    SplittableRandom random = new SplittableRandom(event.seed());
    int versions = world.setup().versions().size();
    int next = (latest + 1 + random.nextInt(Math.max(versions - 1, 1))) % versions;
    int slot = random.nextInt(deployed.length);
    switch (event.kind()) {
      case DEPLOY -> deployToAll(next);
      case DEPLOY_ONE -> deployTo(slot, next);
      case ROLL_BACK -> deployToAll(Math.max(latest - 1, 0));
      default -> alternatesUntil = world.now() + random.nextLong(LONGEST_ALTERNATION);
    }
  }

  private void deployToAll(int version) {
    latest = version;
    for (int slot = 0; slot < deployed.length; slot++) {
      deployTo(slot, version);
    }
  }

  private void deployTo(int slot, int version) {
    List<Policy> versions = world.setup().versions();
    Policy before = versions.get(deployed[slot]);
    Policy after = versions.get(version);
    count(after.capacity() - before.capacity(), Kind.LIMIT_RAISED, Kind.LIMIT_LOWERED);
    count(after.limits().size() - before.limits().size(), Kind.LIMIT_ADDED, Kind.LIMIT_REMOVED);
    deployed[slot] = version;
  }

  private void count(long difference, Kind more, Kind less) {
    if (difference != 0) {
      world.counts().add(difference > 0 ? more : less);
    }
  }

  /** While versions alternate, each call has its own version. */
  void beforeCall(Instance instance, int draw) {
    List<Policy> versions = world.setup().versions();
    boolean alternates = world.now() < alternatesUntil;
    instance.deploy(versions.get(alternates ? draw % versions.size() : deployed[instance.slot()]));
  }
}
