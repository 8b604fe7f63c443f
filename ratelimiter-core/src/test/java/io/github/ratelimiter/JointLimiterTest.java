package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Call.Operation;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.JointDecision.PartDecision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Permits of several keys, all of them or none. */
class JointLimiterTest {
  private static final long SECOND = 1_000_000;

  private final ManualTime time = new ManualTime();
  private final TestStore store = new TestStore(time);
  private final List<String> told = new ArrayList<>();
  private final RateLimiter users = limiter("users", "3/min");
  private final RateLimiter addresses = limiter("addresses", "2/min");
  private final RateLimiter everybody = limiter("everybody", "10/s");

  private RateLimiter limiter(String name, String policy) {
    return limiter(name, policy, store);
  }

  private RateLimiter limiter(String name, String policy, StateStore store) {
    return RateLimiter.builder().policy(name, policy).store(store).timeSource(time).build();
  }

  private JointLimiter all() {
    return JointLimiter.of(users.part("u"), addresses.part("a"), everybody.part("all"));
  }

  @Test
  @DisplayName("a refusal by one part costs the others nothing, and names the part and its limit")
  void allOrNothing() {
    assertThat(all().tryAcquire().allowed()).isTrue();
    assertThat(all().tryAcquire().allowed()).isTrue();
    for (int call = 0; call < 15; call++) {
      JointDecision refused = all().tryAcquire();
      assertThat(refused.allowed()).isFalse();
      assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
      PartDecision by = refused.refusedBy().orElseThrow();
      assertThat(by.part().key()).isEqualTo("a");
      assertThat(by.decision().limit().text()).isEqualTo("2/min");
      assertThat(refused.retryAfter()).contains(Duration.ofSeconds(30));
      assertThat(refused.parts())
          .extracting(part -> part.decision().allowed())
          .containsExactly(true, false, true);
      assertThat(refused.toString()).contains("2/min").doesNotContain("part of");
    }
    assertThat(users.peek("u").remaining()).isEqualTo(1);
    assertThat(everybody.peek("all").remaining()).isEqualTo(8);
  }

  @Test
  @DisplayName("retryAfter is when all parts could grant, to the microsecond")
  void retryAfter() {
    all().tryAcquire();
    all().tryAcquire();
    users.tryAcquire("u");
    JointDecision refused = all().tryAcquire();
    assertThat(refused.refusedBy().orElseThrow().part().key()).isEqualTo("a");
    time.advance(refused.retryAfterMicros() - 1);
    assertThat(all().tryAcquire().allowed()).isFalse();
    time.advance(1);
    assertThat(all().tryAcquire().allowed()).isTrue();
    assertThat(all().tryAcquire().retryAfterMicros()).isPositive();
  }

  @Test
  @DisplayName("a part can have a policy of its own; usage under the policy's name is kept")
  void ownPolicy() {
    JointLimiter.Part user = users.part("u");
    JointLimiter premium = JointLimiter.of(user.policy(Policy.parse("users", "30/min")));
    JointLimiter.of(user).tryAcquire();
    assertThat(premium.tryAcquire().parts().get(0).decision().remaining()).isEqualTo(28);
    assertThat(premium.peek().parts().get(0).decision().remaining()).isEqualTo(28);
    assertThat(JointLimiter.of(user).peek().parts().get(0).decision().remaining()).isEqualTo(1);
  }

  @Test
  @DisplayName("a part that can never grant its permits makes the call impossible")
  void impossible() {
    JointDecision never =
        JointLimiter.of(addresses.part("a").permits(2), users.part("u").permits(4)).tryAcquire();
    assertThat(never.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(never.retryAfter()).isEmpty();
    assertThat(never.refusedBy().orElseThrow().part().permits()).isEqualTo(4);
    assertThat(addresses.peek("a").remaining()).isEqualTo(2);
  }

  @Test
  @DisplayName("an observed part decides and is reported, and refuses nothing")
  void observed() {
    JointLimiter joint = JointLimiter.of(users.part("u"), addresses.part("a").observed());
    assertThat(joint.tryAcquire().allowed()).isTrue();
    assertThat(joint.tryAcquire().allowed()).isTrue();
    JointDecision third = joint.tryAcquire();
    assertThat(third.allowed()).isTrue();
    assertThat(third.refusedBy()).isEmpty();
    assertThat(third.parts().get(1).decision().allowed()).isFalse();
    assertThat(joint.tryAcquire().refusedBy().orElseThrow().part().key()).isEqualTo("u");
  }

  @Test
  @DisplayName("peek consumes nothing")
  void peek() {
    assertThat(all().peek().allowed()).isTrue();
    assertThat(addresses.peek("a").remaining()).isEqualTo(2);
    assertThat(JointLimiter.of(users.part("u").permits(4)).peek().outcome())
        .isEqualTo(Outcome.IMPOSSIBLE);
  }

  @Test
  @DisplayName("bad input is refused, and nothing is consumed")
  void badInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JointLimiter.of(users.part("u"), users.part("u")).tryAcquire())
        .withMessage(
            "parts 1 and 2 have the same key under policy users; use one part with more permits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JointLimiter.of())
        .withMessage("there are 0 parts; there must be 1 to 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JointLimiter.of(Collections.nCopies(65, users.part("u"))))
        .withMessage("there are 65 parts; there must be 1 to 64");
    RateLimiter elsewhere = limiter("other", "1/s", new TestStore(time));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JointLimiter.of(users.part("u"), elsewhere.part("u")))
        .withMessageStartingWith("parts 1 and 2 are on different stores");
    assertThatIllegalArgumentException().isThrownBy(() -> users.part(""));
    assertThatIllegalArgumentException().isThrownBy(() -> users.part("u").permits(0));
    assertThat(users.peek("u").remaining()).isEqualTo(3);
  }

  @Test
  @DisplayName("a call waits until all parts can grant, and takes nothing meanwhile")
  void waits() {
    JointLimiter joint = JointLimiter.of(users.part("u"), addresses.part("a").permits(2));
    assertThat(joint.tryAcquire().allowed()).isTrue();
    CompletableFuture<JointDecision> turn = joint.tryAcquireAsync(Duration.ofMinutes(2));
    CompletableFuture<JointDecision> tooLate = joint.tryAcquireAsync(Duration.ofSeconds(59));
    assertThat(tooLate.join().allowed()).isFalse();
    time.advance(30 * SECOND);
    assertThat(turn).isNotDone();
    assertThat(users.peek("u").remaining()).isEqualTo(3);
    assertThat(addresses.tryAcquire("a").allowed()).as("another caller comes first").isTrue();
    time.advance(30 * SECOND);
    assertThat(turn).as("it waits again").isNotDone();
    time.advance(30 * SECOND);
    assertThat(turn.join().allowed()).isTrue();
    assertThat(time.pending()).isZero();
  }

  @Test
  @DisplayName("a cancelled call takes nothing")
  void cancelled() {
    JointLimiter joint = JointLimiter.of(users.part("u"), addresses.part("a").permits(2));
    assertThat(joint.tryAcquire().allowed()).isTrue();
    CompletableFuture<JointDecision> turn = joint.tryAcquireAsync(Duration.ofMinutes(2));
    assertThat(turn.cancel(false)).isTrue();
    assertThat(time.pending()).isZero();
    time.advance(60 * SECOND);
    assertThat(addresses.peek("a").remaining()).isEqualTo(2);
  }

  @Test
  @DisplayName("the listeners of each limiter are notified of its part")
  void listeners() {
    DecisionListener listener =
        event ->
            told.add(
                event.policy().name()
                    + " "
                    + event.operation()
                    + " "
                    + event.decision().map(Decision::outcome).orElse(null));
    RateLimiter heard =
        RateLimiter.builder().policy("heard", "5/s").store(store).listener(listener).build();
    JointLimiter joint = JointLimiter.of(heard.part("h"), addresses.part("a").permits(2));
    joint.tryAcquire();
    joint.tryAcquire();
    joint.tryAcquireAsync().join();
    assertThat(told)
        .as("the second and the third took nothing from it")
        .containsExactly(
            "heard " + Operation.ACQUIRE + " ALLOWED",
            "heard " + Operation.PEEK + " ALLOWED",
            "heard " + Operation.PEEK + " ALLOWED");
  }

  @Test
  @DisplayName("if one part fails, the permits of the others are released")
  void oneFails() {
    StateStore failing =
        new ForwardingStore(store) {
          @Override
          public CompletionStage<Decision> decide(Request request, Deadline deadline) {
            return request.policy().name().equals("down")
                ? CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null))
                : super.decide(request, deadline);
          }
        };
    store.later();
    RateLimiter down = limiter("down", "5/s", failing);
    RateLimiter up = limiter("up", "5/s", failing);
    JointLimiter joint = JointLimiter.of(up.part("k").permits(3), down.part("k"));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(joint::tryAcquire);
    assertThat(up.peek("k").remaining()).isEqualTo(5);
  }
}
