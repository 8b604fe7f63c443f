package io.github.ratelimiter.simulation;

import io.github.ratelimiter.simulation.Server.Refuses;
import java.util.SplittableRandom;

/** Causes faults and ends them. */
final class Faults {
  private final World world;

  Faults(World world) {
    this.world = world;
  }

  void strike(Event event) {
    SplittableRandom random = new SplittableRandom(event.seed());
    int slot = random.nextInt(world.setup().instances());
    long lasts = duration(random);
    Server server = world.server();
    Network network = world.network();
    switch (event.kind()) {
      case STOP_SERVER -> {
        server.stop();
        later(lasts, server::goOn);
      }
      case KILL_SERVER_EMPTY -> down(() -> server.kill(false), lasts);
      case KILL_SERVER_KEEPING -> down(() -> server.kill(true), lasts);
      case FAILOVER -> down(() -> server.failOver(random.nextLong(200_000)), lasts);
      case WRONG_PASSWORD -> {
        world.door().close(world.now());
        world.cutAll();
        later(lasts, world.door()::open);
      }
      case FULL_SERVER -> refuse(Refuses.WRITES, lasts);
      case LOADING_SERVER -> refuse(Refuses.EVERYTHING, lasts);
      case FLUSH -> server.flush();
      case EVICT -> world.evict(random);
      case CLOCK_BACK -> server.stepBack(1 + random.nextLong(10_000_000));
      case SLOW_NETWORK -> network.slow(1 + random.nextLong(200_000), world.now() + lasts);
      case LOSSY_NETWORK -> network.lossy(world.now() + lasts);
      case CUT -> world.instance(slot).cut();
      case PARTITION -> network.part(slot, world.now() + lasts);
      case SILENT_FLEET -> network.silence(slot, world.now() + 3 * lasts);
      case INSTANCE_STOPS -> {
        VirtualProcess process = world.instance(slot).process();
        process.stop();
        later(lasts, process::goOn);
      }
      case INSTANCE_CLOSES -> {
        if (world.instance(slot).isUp()) {
          world.instance(slot).close();
          later(lasts, () -> world.restart(slot));
        }
      }
      default -> {
        world.instance(slot).process().die();
        later(lasts, () -> world.restart(slot));
      }
    }
  }

  private void later(long micros, Runnable end) {
    world.time().after(micros, end);
  }

  private void refuse(Refuses what, long lasts) {
    world.server().refuse(what);
    later(lasts, () -> world.server().refuse(Refuses.NOTHING));
  }

  private void down(Runnable fall, long lasts) {
    fall.run();
    world.cutAll();
    later(lasts, world.server()::start);
  }

  /** Returns a duration, from very short to longer than instances are remembered. */
  private static long duration(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1_000 + random.nextLong(100_000);
      case 1 -> 100_000 + random.nextLong(900_000);
      case 2 -> 1_000_000 + random.nextLong(3_000_000);
      default -> 4_000_000 + random.nextLong(4_000_000);
    };
  }

  /** Ends all faults. */
  void heal() {
    world.server().goOn();
    world.server().start();
    world.server().refuse(Refuses.NOTHING);
    world.door().open();
    world.network().heal();
    world.instances().forEach(instance -> instance.process().goOn());
  }
}
