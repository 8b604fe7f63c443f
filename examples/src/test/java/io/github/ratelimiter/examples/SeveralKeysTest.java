package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.JointReservation;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeveralKeysTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final StateStore store = LocalStateStore.builder().timeSource(clock).build();
  private final List<String> served = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private RateLimiter users;
  private RateLimiter addresses;
  private RateLimiter everybody;

  @BeforeEach
  void create() {
    RateLimiter users = RateLimiter.of("users", "100/min", store);
    RateLimiter addresses = RateLimiter.of("addresses", "300/min", store);
    RateLimiter everybody = RateLimiter.of("everybody", "10000/s", store);
    this.users = users;
    this.addresses = addresses;
    this.everybody = everybody;
  }

  private void handle(String user, String address) {
    JointDecision decision =
        JointLimiter.of(users.part(user), addresses.part(address), everybody.part("all"))
            .tryAcquire();
    if (decision.allowed()) {
      serve(user);
    } else {
      JointDecision.PartDecision by = decision.refusedBy().orElseThrow();
      answer("too many requests: " + by.decision().limit().text() + " for " + by.part().key());
    }
  }

  private void serve(String user) {
    served.add(user);
  }

  private void answer(String text) {
    answers.add(text);
  }

  @Test
  void howDoILimitAUserAndAnAddressTogether() {
    for (int i = 0; i < 120; i++) {
      handle("42", "192.0.2.1");
    }
    assertThat(served).hasSize(100);
    assertThat(answers).hasSize(20).containsOnly("too many requests: 100/min for 42");
    assertThat(addresses.peek("192.0.2.1").remaining()).isEqualTo(200);
    for (int i = 0; i < 100; i++) {
      handle("43", "192.0.2.1");
      handle("44", "192.0.2.1");
    }
    handle("45", "192.0.2.1");
    assertThat(answers).contains("too many requests: 300/min for 192.0.2.1");
  }

  @Test
  void howDoITryOutANewLimit() {
    RateLimiter stricter = RateLimiter.of("stricter", "10/min", store);
    List<JointDecision> decisions = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      JointDecision decision =
          JointLimiter.of(users.part("42"), stricter.part("42").observed()).tryAcquire();
      decisions.add(decision);
    }
    long wouldBeRefused =
        decisions.stream().filter(each -> !each.parts().get(1).decision().allowed()).count();
    assertThat(decisions).allMatch(JointDecision::allowed);
    assertThat(wouldBeRefused).isEqualTo(15);
  }

  @Test
  void howDoIReturnThePermitsOfAll() {
    boolean served = false;
    JointReservation call = JointLimiter.of(users.part("42"), everybody.part("all")).reserve();
    if (call.allowed() && !served) {
      call.cancel();
    }
    assertThat(users.peek("42").remaining()).isEqualTo(100);
    assertThat(everybody.peek("all").remaining()).isEqualTo(10_000);
  }

  @Test
  void howDoIWaitForAll() throws InterruptedException {
    RateLimiter rows = RateLimiter.of("rows", "1000/s", LocalStateStore.create());
    JointLimiter export = JointLimiter.of(rows.part("export").permits(500));
    JointDecision decision = export.tryAcquire(Duration.ofSeconds(2));
    assertThat(decision.allowed()).isTrue();
  }
}
