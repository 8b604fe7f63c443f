package io.github.ratelimiter.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StageTest {
  @Test
  void spikeHasTwiceTheRateAndAtMostTenSeconds() {
    assertThat(Stage.schedule(30, 15, 0, true))
        .filteredOn(stage -> stage.load() != 1)
        .containsExactly(new Stage("spike", Fault.NONE, 10, 2));
    assertThat(Stage.schedule(3, 3, 0, true)).extracting(Stage::seconds).containsOnly(3.0);
  }

  @Test
  void everyFaultHitsAnotherPartOfTheSlots() {
    assertThat(Stage.schedule(30, 15, 0, true))
        .extracting(Stage::fault)
        .filteredOn(fault -> fault != Fault.NONE)
        .containsExactly(Fault.MASTER_KILLED, Fault.NODE_PAUSED, Fault.MEMORY_FILLED)
        .extracting(Fault::part)
        .containsExactly(0, 1, 2);
  }

  @Test
  void withoutFaultsThereIsOnlySteadyLoad() {
    assertThat(Stage.schedule(30, 15, 0, false))
        .extracting(Stage::name)
        .containsExactly("warm-up", "steady");
  }

  @Test
  void soakIsReportedInParts() {
    List<Stage> hour = steady(Stage.schedule(30, 15, 60, false));
    assertThat(hour).hasSize(12);
    assertThat(hour).extracting(Stage::seconds).containsOnly(300.0);
    List<Stage> day = steady(Stage.schedule(30, 15, 1_440, false));
    assertThat(day).allMatch(stage -> stage.seconds() <= 600);
    assertThat(day.stream().mapToDouble(Stage::seconds).sum()).isEqualTo(86_400);
  }

  private static List<Stage> steady(List<Stage> stages) {
    return stages.stream().filter(Stage::isSteady).toList();
  }
}
