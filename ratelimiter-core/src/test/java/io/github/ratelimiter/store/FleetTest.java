package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTest {
  @Test
  void everyInstanceSeesTheSameOrder() {
    Fleet fleet = new Fleet("b", List.of("c", "a", "b"));
    assertThat(fleet.instances()).containsExactly("a", "b", "c");
    assertThat(fleet).isEqualTo(new Fleet("b", List.of("b", "c", "a")));
  }

  @Test
  void instancesThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fleet("d", List.of("b", "a")))
        .withMessage("instance d is not among [a, b]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fleet("a", List.of("a", "b", "a")))
        .withMessage("instances are [a, a, b]; names must be unique");
    assertThatNullPointerException().isThrownBy(() -> new Fleet(null, List.of("a")));
  }

  @Test
  void aNumberedFleet() {
    assertThat(Fleet.of(0, 1)).isEqualTo(new Fleet("0", List.of("0")));
    Fleet fleet = Fleet.of(10, 12);
    assertThat(fleet.self()).isEqualTo("10");
    assertThat(fleet.instances()).hasSize(12).contains("0", "10", "11");
    for (int index : new int[] {-1, 12}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Fleet.of(index, 12))
          .withMessage(
              "instance is " + index + " of 12; it must be at least 0 and less than the count");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> Fleet.of(0, 0));
  }
}
