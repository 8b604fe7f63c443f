package io.github.ratelimiter.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A seed is all that it takes to see a run once more. */
class ReplayTest {
  private static final int SEEDS = 50;

  private final Simulation simulation = new Simulation(new JavaEngine());

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Result once = simulation.tell(Plan.of(seed));
      Result again = new Simulation(new JavaEngine()).tell(Plan.of(seed));
      assertThat(once.story()).isNotEmpty().isEqualTo(again.story());
    }
  }

  @Test
  void whoWantsNoStoryGetsTheSameResult() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Result told = simulation.tell(Plan.of(seed));
      Result untold = simulation.run(Plan.of(seed));
      assertThat(untold.violations()).isEqualTo(told.violations());
    }
  }

  @Test
  void anEventThatIsDroppedLeavesTheOthersAsTheyWere() {
    Plan plan = Plan.of(1);
    Plan without = plan.without(plan.events().subList(0, 100));
    assertThat(without.events()).isEqualTo(plan.events().subList(100, plan.events().size()));
  }
}
