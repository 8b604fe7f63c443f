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
}
