package io.github.ratelimiter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Joint requests and the table: entries are added and removed for them. */
class JointStepTest {
  private static final Policy POLICY = Policy.parse("p", "10/h");

  private static JointRequest request(String prefix, int parts, long permits) {
    List<JointRequest.Part> list = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      list.add(new JointRequest.Part(new Request.Acquire(prefix + i, POLICY, permits), false));
    }
    return new JointRequest(list);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, k",
    "1, 64, k",
    "64, 4, k0-",
    "1000, 4, k0-",
    "1000, 64, k",
    "10000, 64, k",
    "1000000, 64, user-100-",
    "1000000, 32, user-401-"
  })
  @DisplayName("a request for many new keys ends, in a table of any size")
  void newKeys(long maximum, int parts, String prefix) {
    LocalStateStore store = LocalStateStore.builder().maximumKeys(maximum).build();
    List<Decision> decisions =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30), () -> store.tryDecideAll(request(prefix, parts, 1)));
    assertThat(decisions).allMatch(Decision::allowed);
    assertThat(store.keys()).isEqualTo(Math.min(maximum, parts));
  }

  @Test
  @DisplayName("refused requests for new keys leave nothing in the table")
  void refused() {
    LocalStateStore store = LocalStateStore.create();
    for (int i = 0; i < 10_000; i++) {
      List<JointRequest.Part> parts = new ArrayList<>(request("k" + i + "-", 3, 1).parts());
      parts.add(new JointRequest.Part(new Request.Acquire("full", POLICY, 11), false));
      assertThat(store.tryDecideAll(new JointRequest(parts))).anyMatch(one -> !one.allowed());
    }
    assertThat(store.keys()).isZero();
  }

  @Test
  @DisplayName("a full table evicts other keys for those of a joint request")
  void evicts() {
    LocalStateStore store = LocalStateStore.builder().maximumKeys(100).build();
    for (int i = 0; i < 100; i++) {
      store.tryDecide(new Request.Acquire("used" + i, POLICY, 1));
    }
    assertThat(store.tryDecideAll(request("new", 30, 5))).allMatch(Decision::allowed);
    assertThat(store.keys()).isEqualTo(100);
    assertThat(store.evictions()).isEqualTo(30);
    for (int i = 0; i < 30; i++) {
      Decision again = store.tryDecide(new Request.Acquire("new" + i, POLICY, 6));
      assertThat(again.allowed()).as("its state is kept").isFalse();
    }
  }
}
