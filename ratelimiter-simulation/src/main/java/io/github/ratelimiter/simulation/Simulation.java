package io.github.ratelimiter.simulation;

/** Runs plans on an engine. */
final class Simulation {
  private final Engine engine;
  private final Wrapper wrapper;

  Simulation(Engine engine) {
    this(engine, Wrapper.NONE);
  }

  Simulation(Engine engine, Wrapper wrapper) {
    this.engine = engine;
    this.wrapper = wrapper;
  }

  Result run(Plan plan) {
    return run(plan, false);
  }

  /** Runs a plan and keeps its story. */
  Result tell(Plan plan) {
    return run(plan, true);
  }

  private Result run(Plan plan, boolean told) {
    engine.flush();
    return new World(plan, engine, wrapper, told).run();
  }
}
