package io.github.ratelimiter.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is published holds under every fault, with the real scripts on a real server. */
class ScriptSimulationTest {
  @Test
  void whatIsPublishedHolds() {
    Seeded.run("scripts", 200);
  }

  @Test
  void theScriptsDecideAsTheJavaEngineDoes() {
    try (Engine scripts = new ScriptEngine()) {
      for (long seed = Seeded.FIRST; seed < Seeded.FIRST + 50; seed++) {
        Plan plan = Plan.of(seed);
        Result result = new Simulation(scripts).tell(plan);
        Result wanted = new Simulation(new JavaEngine()).tell(plan);
        assertThat(result.story()).as("seed %s", seed).isEqualTo(wanted.story());
      }
    }
  }
}
