package io.github.ratelimiter.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** One run: the plan, and all participants. */
final class World {
  /** By then servers answer again, and connections are open. */
  private static final long MENDED = 2_000_000;

  private static final long QUIET = 7_000_000;
  private static final long LAST_CALLS = 1_000_000;

  /** More tasks than a run can need: a component repeats requests without end. */
  private static final long MOST_TASKS = 40_000;

  private static final Set<Kind> REQUESTS = EnumSet.range(Kind.TRY, Kind.RESET);
  private static final Set<Kind> CHANGES = EnumSet.range(Kind.DEPLOY, Kind.ALTERNATE);

  private final Plan plan;
  private final Wrapper wrapper;
  private final Scheduler time = new Scheduler();
  private final Counts counts = new Counts();
  private final Histories histories = new Histories();
  private final List<Violation> violations = new ArrayList<>();
  private final List<Instance> all = new ArrayList<>();
  private final Door door = new Door();
  private final Journal journal;
  private final Recorder recorder = new Recorder(this);
  private final Application application = new Application(this);
  private final Deployments deployments;
  private final Faults faults = new Faults(this);
  private final Network network;
  private final Server server;
  private final Instance[] instances;

  World(Plan plan, Engine engine, Wrapper wrapper, boolean told) {
    this.plan = plan;
    this.wrapper = wrapper;
    this.journal = new Journal(told, time);
    this.network = new Network(plan.setup(), time);
    this.server = new Server(this, engine);
    this.deployments = new Deployments(this);
    this.instances = new Instance[plan.setup().instances()];
    for (int slot = 0; slot < instances.length; slot++) {
      restart(slot);
    }
  }

  /** Runs the plan, then a time without faults, and checks the results. */
  Result run() {
    plan.setup().count(counts);
    for (Event event : plan.events()) {
      time.at(event.at(), () -> happen(event));
    }
    time.runUntil(plan.end());
    faults.heal();
    time.runUntil(plan.end() + MENDED);
    Aftermath aftermath = new Aftermath(this);
    aftermath.callAll();
    time.runUntil(plan.end() + MENDED + QUIET);
    aftermath.run(LAST_CALLS);
    if (time.done() > MOST_TASKS) {
      violated("busy", () -> time.done() + " tasks were run");
    }
    new Guarantees(this).check();
    return new Result(plan, List.copyOf(violations), counts, journal.lines());
  }

  private void happen(Event event) {
    counts.add(event.kind());
    if (REQUESTS.contains(event.kind())) {
      application.request(event);
    } else {
      journal.note(() -> "--- " + event.kind());
      if (CHANGES.contains(event.kind())) {
        deployments.change(event);
      } else {
        faults.strike(event);
      }
    }
  }

  /** Starts another process in the place of one that has ended. */
  void restart(int slot) {
    Instance old = instances[slot];
    if (old == null || !old.isUp()) {
      if (old != null) {
        counts.add(Kind.INSTANCE_STARTS);
        old.process().die();
      }
      instances[slot] = new Instance(this, slot, all.size());
      all.add(instances[slot]);
    }
  }

  void evict(SplittableRandom random) {
    List<KeyHistory> known = List.copyOf(histories.all());
    if (!known.isEmpty()) {
      server.evict(known.get(random.nextInt(known.size())).name());
    }
  }

  void cutAll() {
    for (Instance instance : instances) {
      instance.cut();
    }
  }

  void violated(String rule, Supplier<String> story) {
    // The first violation of a rule is the most useful. Thousands of later ones would only cost
    // time.
    if (violations.stream().noneMatch(violation -> violation.rule().equals(rule))) {
      String text = story.get();
      violations.add(new Violation(rule, text));
      journal.note(() -> "!!! " + rule + ": " + text);
    }
  }

  Wrapper wrapper() {
    return wrapper;
  }

  Setup setup() {
    return plan.setup();
  }

  Scheduler time() {
    return time;
  }

  long now() {
    return time.now();
  }

  Counts counts() {
    return counts;
  }

  Journal journal() {
    return journal;
  }

  Histories histories() {
    return histories;
  }

  Recorder recorder() {
    return recorder;
  }

  Application application() {
    return application;
  }

  Deployments deployments() {
    return deployments;
  }

  Network network() {
    return network;
  }

  Door door() {
    return door;
  }

  Server server() {
    return server;
  }

  Instance instance(int slot) {
    return instances[slot];
  }

  /** Returns all instances, including those that have ended. */
  List<Instance> instances() {
    return all;
  }
}
