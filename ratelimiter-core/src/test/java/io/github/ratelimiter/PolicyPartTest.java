package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyPartTest {
  private static List<String> parts(String policy, int count) {
    return IntStream.range(0, count)
        .mapToObj(part -> Policy.parse("test", policy).part(part, count).text())
        .toList();
  }

  @Test
  void partsOfALimitAddUpToIt() {
    assertThat(parts("sliding-log 5/min", 3))
        .containsExactly("sliding-log 2/min", "sliding-log 2/min", "sliding-log 1/min");
    assertThat(parts("fixed-window 3/s from first use; sliding-window 4/s", 2))
        .containsExactly(
            "fixed-window 2/s from first use; sliding-window 2/s",
            "fixed-window 1/s from first use; sliding-window 2/s");
    assertThat(parts("fixed-window 5/week from Sunday in Europe/Berlin", 2))
        .containsExactly(
            "fixed-window 3/week from Sunday in Europe/Berlin",
            "fixed-window 2/week from Sunday in Europe/Berlin");
  }

  @Test
  void aBucketsRateAndBurstAreBothSplit() {
    assertThat(parts("10/s burst 5", 2)).containsExactly("5/s burst 3", "5/s burst 2");
    assertThat(parts("leaky-bucket 4/s burst 20", 4))
        .containsOnly("leaky-bucket 1/s burst 5")
        .hasSize(4);
  }

  @Test
  void aDebtIsSplitAsFarAsAPartCanCountIt() {
    assertThat(parts("10/s debt 5; fixed-window 1/h debt 3", 2))
        .containsExactly("5/s debt 3; fixed-window 1/h debt 2", "5/s debt 2; fixed-window 0/h");
    // A smaller limit is counted in a finer unit.
    assertThat(parts("sliding-window 100000/day debt 100000", 2))
        .containsOnly("sliding-window 50000/day debt 2124");
    assertThat(parts("100003/day burst 200000 debt 200000", 2))
        .allMatch(text -> text.startsWith("5000") && text.contains(" burst 100000 debt "));
  }

  @Test
  void aPartWithoutAPermitRefusesEverything() {
    assertThat(parts("2/s", 3)).containsExactly("1/s", "1/s", "0/s");
    assertThat(parts("1/s burst 100", 2)).containsExactly("1/s burst 50", "0/s");
    assertThat(parts("100/s burst 1", 2)).containsExactly("50/s burst 1", "0/s");
  }

  @Test
  void aPartKeepsTheName() {
    assertThat(Policy.parse("login", "10/s").part(1, 2)).isEqualTo(Policy.parse("login", "5/s"));
  }

  @Test
  void aPartThatThereIsNotIsRefused() {
    Policy policy = Policy.parse("test", "10/s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.part(2, 2))
        .withMessage("part is 2 of 2; it must be at least 0 and less than the count");
    assertThatIllegalArgumentException().isThrownBy(() -> policy.part(-1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.part(0, 0));
  }

  @Test
  void aShardIsAPartUnderANameThatNoPolicyCanHave() {
    Policy policy = Policy.parse("n".repeat(64), "10/s burst 7; 100/min");
    for (int part = 0; part < 3; part++) {
      Policy shard = policy.shard(part, 3);
      assertThat(shard.limits()).isEqualTo(policy.part(part, 3).limits());
      assertThat(shard.name()).isEqualTo(policy.name() + "~" + part);
      assertThat(shard.part(0, 1)).isEqualTo(shard);
      assertThatIllegalArgumentException().isThrownBy(() -> Policy.parse(shard.name(), "1/s"));
    }
  }
}
