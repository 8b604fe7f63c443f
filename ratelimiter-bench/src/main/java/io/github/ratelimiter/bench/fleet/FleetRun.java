package io.github.ratelimiter.bench.fleet;

import io.github.ratelimiter.bench.audit.GrantFile;
import io.github.ratelimiter.bench.audit.Grants;
import io.github.ratelimiter.bench.fleet.FleetAudit.StageGrants;
import io.github.ratelimiter.bench.fleet.InstanceMessage.Done;
import io.github.ratelimiter.bench.server.Cluster;
import io.github.ratelimiter.bench.server.ClusterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs all stages, one after the other, and the audit. */
final class FleetRun {
  /** Between the order to begin and the beginning. */
  private static final long LEAD_MICROS = 500_000;

  /** Until the instances know each other: several heartbeats. */
  private static final long SETTLE_MICROS = 4_000_000;

  private final FleetSetup setup;
  private final Fleet fleet;
  private final Cluster cluster;
  private final Consumer<String> progress;
  private final SharedClock clock = new SharedClock();
  private final long startMicros = clock.micros();
  private final List<StageResult> results = new ArrayList<>();

  FleetRun(FleetSetup setup, Fleet fleet, Consumer<String> progress) {
    this.setup = setup;
    this.fleet = fleet;
    this.cluster = fleet.cluster();
    this.progress = progress;
  }

  /** Runs everything. */
  FleetResult run() {
    ServerSampler sampler = new ServerSampler(cluster, clock, setup.seconds());
    try (sampler) {
      clock.sleepUntil(startMicros + SETTLE_MICROS);
      for (int i = 0; i < setup.stages().size(); i++) {
        results.add(run(i));
      }
    }
    progress.accept(setup.audit() ? "auditing" : "");
    return new FleetResult(
        setup,
        cluster.about(),
        startMicros,
        results,
        sampler.samples(),
        setup.audit()
            ? FleetAudit.of(setup.policy(), grants(), setup.mix().create().keys())
            : null);
  }

  private StageResult run(int index) {
    Stage stage = setup.stages().get(index);
    progress.accept(String.format(Locale.ROOT, "%s, %.0f s", stage.name(), stage.seconds()));
    cluster.awaitUp();
    ServerWork.Beginning servers = ServerWork.begin(cluster);
    long start = clock.micros() + LEAD_MICROS;
    fleet.begin(index, start, setup.audit());
    Runnable repair = disturb(stage, start);
    List<Done> instances = fleet.results(stage);
    ServerWork work = servers.end();
    repair.run();
    return StageResult.of(stage, setup.offered(stage), instances, work);
  }

  /** Begins and ends the fault of a stage. Returns what is to be done after the stage. */
  private Runnable disturb(Stage stage, long start) {
    Fault fault = stage.fault();
    if (fault == Fault.NONE) {
      return () -> {};
    }
    clock.sleepUntil(start + 1e6 * stage.seconds() * Fault.BEGIN);
    ClusterNode master = cluster.awaitMaster(fault.part());
    fault.begin(master);
    clock.sleepUntil(start + 1e6 * stage.seconds() * Fault.END);
    fault.end(master);
    return () -> fault.repair(cluster, master);
  }

  private List<StageGrants> grants() {
    List<StageGrants> grants = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int stage = i;
      double start = (FleetResult.startMicros(results.get(i)) - startMicros) / 1e6 - 1;
      double end = start + results.get(i).stage().seconds() + 2;
      grants.add(new StageGrants(start, end, from -> grants(stage, startMicros + from)));
    }
    return grants;
  }

  private Grants grants(int stage, long fromMicros) {
    List<Done> instances = results.get(stage).instances();
    return reader -> {
      for (int i = 0; i < instances.size(); i++) {
        Done instance = instances.get(i);
        long start = instance.startMicros() - fromMicros;
        GrantFile.read(fleet.grantFile(stage, i), start, instance.errorMicros()).forEach(reader);
      }
    };
  }
}
