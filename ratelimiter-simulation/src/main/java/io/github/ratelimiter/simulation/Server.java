package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.simulation.ServerClock.Step;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;

/** The server that all instances share. It processes requests in the order in which they arrive. */
final class Server {
  private enum State {
    RUNNING,
    STOPPED,
    DOWN
  }

  /** What the server refuses although it runs. */
  enum Refuses {
    NOTHING,
    WRITES,
    EVERYTHING
  }

  private final World world;
  private final Engine engine;
  private final ServerClock clock;
  private final RetryAfter retryAfter;
  private final FleetTable fleet = new FleetTable();
  private final Queue<Runnable> inbox = new ArrayDeque<>();
  private final List<Executed> writes = new ArrayList<>();
  private State state = State.RUNNING;
  private Refuses refuses = Refuses.NOTHING;
  private long orders;

  Server(World world, Engine engine) {
    this.world = world;
    this.engine = engine;
    this.clock = new ServerClock(world.time());
    this.retryAfter = new RetryAfter(world, engine);
  }

  ServerClock clock() {
    return clock;
  }

  FleetTable fleet() {
    return fleet;
  }

  /** Returns the order of the next request. */
  long orders() {
    return orders;
  }

  // --- what comes ------------------------------------------------------------------------------

  /** Accepts a message: it is processed immediately, or when the server continues, or never. */
  void arrive(Runnable action) {
    if (state == State.RUNNING) {
      action.run();
    } else if (state == State.STOPPED) {
      inbox.add(action);
    }
  }

  /** Carries out requests that arrived together. */
  void carryOut(Instance instance, List<Pending> requests) {
    List<Pending> taken = new ArrayList<>();
    for (Pending pending : requests) {
      if (refuses(pending.request())) {
        pending.refuse();
      } else {
        taken.add(pending);
      }
    }
    long now = clock.now();
    long skew = instance.process().nowMicros() - now;
    List<Decision> decisions =
        engine.decide(taken.stream().map(Pending::request).toList(), now, skew);
    for (int i = 0; i < taken.size(); i++) {
      Pending pending = taken.get(i);
      // A distinct object, to find its instant by.
      Decision decision = StoreDecision.of(decisions.get(i)).withSource(Source.STORE);
      Executed executed =
          new Executed(orders++, world.now(), now, instance, pending.request(), decision);
      pending.carriedOut(executed);
      if (pending.isDone()) {
        world.counts().add(Kind.RUN_AFTER_DEADLINE);
      }
      writes.add(executed);
      world.recorder().carriedOut(executed);
    }
    // Only after all of them does the state equal the one that the last refusal has seen.
    if (!taken.isEmpty()) {
      retryAfter.check(taken.get(taken.size() - 1).executed(), now, skew);
    }
  }

  /** A full server, and a replica in the master's place, still answer peeks. */
  private boolean refuses(Request request) {
    return refuses == Refuses.EVERYTHING
        || (refuses == Refuses.WRITES && !(request instanceof Request.Peek));
  }

  // --- what befalls it -------------------------------------------------------------------------

  void stop() {
    if (state == State.RUNNING) {
      state = State.STOPPED;
    }
  }

  void goOn() {
    if (state == State.STOPPED) {
      state = State.RUNNING;
      while (state == State.RUNNING && !inbox.isEmpty()) {
        inbox.remove().run();
      }
    }
  }

  void kill(boolean keepsItsState) {
    state = State.DOWN;
    inbox.clear();
    if (!keepsItsState) {
      fleet.forget();
      flush();
    }
  }

  /** Replaces the server by one that has not received the last writes. */
  void failOver(long lagMicros) {
    kill(true);
    long until = world.now() - lagMicros;
    List<Executed> lost = writes.stream().filter(write -> write.at() > until).toList();
    if (!lost.isEmpty()) {
      world.counts().add(Kind.WRITES_LOST);
      writes.removeAll(lost);
      replay();
      world
          .histories()
          .all()
          .forEach(history -> history.failedOver(lost.get(0).order(), world.now()));
    }
  }

  /** Carries out the kept writes again, on the clock as it was then. */
  private void replay() {
    engine.flush();
    Deque<Step> steps = new ArrayDeque<>(clock.steps());
    for (Executed write : writes) {
      while (!steps.isEmpty() && steps.peek().at() <= write.at()) {
        engine.expire(steps.remove().from());
      }
      long offset = write.instance().process().nowMicros() - world.now();
      long skew = write.at() + offset - write.serverAt();
      engine.decide(List.of(write.request()), write.serverAt(), skew);
    }
    steps.forEach(step -> engine.expire(step.from()));
  }

  void start() {
    state = State.RUNNING;
  }

  boolean isDown() {
    return state == State.DOWN;
  }

  void refuse(Refuses what) {
    refuses = what;
  }

  void flush() {
    engine.flush();
    writes.clear();
    world.histories().all().forEach(history -> history.lost(world.now()));
  }

  void evict(KeyHistory.Name name) {
    engine.evict(name.policy(), name.key());
    writes.removeIf(write -> KeyHistory.Name.of(write.request()).equals(name));
    world.histories().of(name).lost(world.now());
  }

  void stepBack(long micros) {
    engine.expire(clock.now());
    clock.stepBack(micros);
  }
}
