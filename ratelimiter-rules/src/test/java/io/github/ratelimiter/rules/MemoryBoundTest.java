package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.MemoryStore;
import io.github.ratelimiter.store.StoreMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("New keys while the memory of the store is nearly full")
class MemoryBoundTest extends RulesFixture {
  private Optional<StoreMemory> memory = Optional.empty();

  private class Measured extends ForwardingStore implements MemoryStore {
    Measured() {
      super(MemoryBoundTest.this.store);
    }

    @Override
    public Optional<StoreMemory> memory() {
      return memory;
    }
  }

  private static Optional<StoreMemory> used(long percent) {
    return Optional.of(new StoreMemory(percent, OptionalLong.of(100), Optional.empty()));
  }

  @Test
  @DisplayName("are refused above the percentage; known keys are not")
  void refused() {
    List<StoreMemory> told = new ArrayList<>();
    Rules rules =
        Rules.builder(new Measured())
            .rules(
                RuleSet.of(Rule.of("api", "100/min", USER))
                    .withNewKeys(NewKeyBound.of("100/min").refuseAboveMemory(80)))
            .timeSource(time)
            .listener(
                new RulesListener() {
                  @Override
                  public void shortOfMemory(StoreMemory full) {
                    told.add(full);
                  }
                })
            .build();
    HttpLimiter http = http(rules);
    assertThat(allowed(http, TestRequest.get("/").withUser("known"), 1)).isEqualTo(1);
    memory = used(80);
    assertThat(allowed(http, TestRequest.get("/").withUser("at the bound"), 1)).isEqualTo(1);
    memory = used(81);
    assertThat(allowed(http, TestRequest.get("/").withUser("known"), 3)).isEqualTo(3);
    assertThat(http.admit(TestRequest.get("/").withUser("new")).refusal().orElseThrow().type())
        .isEqualTo(ProblemType.TEMPORARY_REDUCED_CAPACITY);
    assertThat(rules.explain(TestRequest.get("/").withUser("new")).toString())
        .contains("Its key is new, and too much of the store's memory is in use.");
    assertThat(allowed(http, TestRequest.get("/").withUser("new"), 3)).isZero();
    assertThat(told).containsExactly(memory.orElseThrow());
    memory = used(79);
    assertThat(allowed(http, TestRequest.get("/").withUser("new"), 3)).isEqualTo(3);
  }
}
