package io.github.ratelimiter.simulation;

import org.junit.jupiter.api.Test;

/** What is published holds under every fault, with the Java engine as the store. */
class JavaSimulationTest {
  @Test
  void whatIsPublishedHolds() {
    Seeded.run("java", 2_000);
  }
}
