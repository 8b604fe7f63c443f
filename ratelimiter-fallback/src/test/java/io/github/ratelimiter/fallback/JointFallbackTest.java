package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Joint calls while the store is down, and afterwards. */
class JointFallbackTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final Fallback fallback =
      Fallback.around(store)
          .timeSource(clock)
          .window(1, 1)
          .instance(0, 2)
          .mode("logins", Fallback.Mode.REFUSE)
          .mode("reports", Fallback.Mode.ALLOW)
          .build();
  private final RateLimiter users = limiter("users", "10/min");
  private final RateLimiter everybody = limiter("everybody", "4/min");
  private final RateLimiter logins = limiter("logins", "10/min");
  private final RateLimiter reports = limiter("reports", "10/min");

  private RateLimiter limiter(String name, String policy) {
    return RateLimiter.builder().policy(name, policy).store(fallback).timeSource(clock).build();
  }

  private JointDecision call() {
    return JointLimiter.of(users.part("u"), everybody.part("all")).tryAcquire();
  }

  @Test
  @DisplayName("while the store decides, it gets one joint request")
  void up() {
    JointDecision decision = call();
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.parts()).allMatch(part -> part.decision().source() == Source.STORE);
    assertThat(store.askedAll).hasSize(1);
    assertThat(store.asked).isEmpty();
  }

  @Test
  @DisplayName("in an outage each part is decided by its share, and all or none are granted")
  void shares() {
    store.down();
    for (int i = 0; i < 2; i++) {
      JointDecision decision = call();
      assertThat(decision.allowed()).isTrue();
      assertThat(decision.parts()).allMatch(part -> part.decision().source() == Source.FALLBACK);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(call().refusedBy().orElseThrow().part().key()).isEqualTo("all");
    }
    assertThat(users.peek("u").remaining()).as("five of ten are this instance's").isEqualTo(3);
    assertThat(store.askedAll).as("the breaker is open").hasSize(1);
  }

  @Test
  @DisplayName("each part by its mode: one that refuses refuses all, and costs the others nothing")
  void modes() {
    store.down();
    JointLimiter joint = JointLimiter.of(reports.part("r"), users.part("u"), logins.part("l"));
    for (int i = 0; i < 5; i++) {
      JointDecision refused = joint.tryAcquire();
      assertThat(refused.refusedBy().orElseThrow().part().key()).isEqualTo("l");
    }
    assertThat(users.peek("u").remaining()).isEqualTo(5);
    assertThat(reports.peek("r").remaining()).isEqualTo(10);
    assertThat(JointLimiter.of(reports.part("r"), users.part("u")).tryAcquire().allowed()).isTrue();
    assertThat(reports.peek("r").remaining()).isEqualTo(9);
  }

  @Test
  @DisplayName("what was admitted here is charged, and what was refused is not")
  void charged() {
    store.down();
    for (int i = 0; i < 5; i++) {
      call();
    }
    store.up();
    clock.advance(Duration.ofSeconds(10));
    assertThat(store.asked(Request.Charge.class))
        .extracting(charge -> charge.key() + " " + charge.permitsOfLimits())
        .containsExactlyInAnyOrder("u [2]", "all [2]");
  }

  @Test
  @DisplayName("a call of unknown outcome is decided here, and not charged")
  void unknownOutcome() {
    store.losesAnswers();
    assertThat(call().allowed()).isTrue();
    store.up();
    clock.advance(Duration.ofSeconds(3));
    assertThat(store.asked(Request.Charge.class)).allMatch(charge -> charge.permits() == 0);
    assertThat(users.peek("u").remaining()).as("the store has granted it").isEqualTo(9);
  }

  @Test
  @DisplayName("after an outage the share and the store must both allow, for each part")
  void afterAnOutage() {
    store.down();
    call();
    store.up();
    clock.advance(Duration.ofMillis(1_100));
    for (int i = 0; i < 10; i++) {
      call();
    }
    assertThat(everybody.peek("all").remaining()).as("two of four are the other's").isEqualTo(0);
    clock.advance(Duration.ofSeconds(6));
    assertThat(call().allowed()).as("what the other instance has left").isTrue();
  }

  @Test
  @DisplayName("after an outage, refused calls use up no share")
  void sharesAfterAnOutage() {
    RateLimiter few = limiter("few", "2/h");
    RateLimiter many = limiter("many", "20/h");
    store.down();
    few.tryAcquire("u");
    many.tryAcquire("all");
    store.up();
    clock.advance(Duration.ofMillis(1_500));
    few.tryAcquire("u");
    for (int i = 0; i < 30; i++) {
      JointDecision refused = JointLimiter.of(many.part("all"), few.part("u")).tryAcquire();
      assertThat(refused.refusedBy().orElseThrow().part().key()).isEqualTo("u");
    }
    assertThat(many.tryAcquire("all").allowed()).isTrue();
  }

  @Test
  @DisplayName("if the store decides the parts separately, only those that fail are decided here")
  void oneFails() {
    store.atomic = false;
    RateLimiter broken = limiter("broken", "4/min");
    store.failOnly(request -> request.policy().name().equals("broken"));
    JointDecision decision = JointLimiter.of(users.part("u"), broken.part("b")).tryAcquire();
    assertThat(decision.allowed()).isTrue();
    assertThat(decision.parts())
        .extracting(part -> part.decision().source())
        .containsExactly(Source.STORE, Source.FALLBACK);
    store.up();
    clock.advance(Duration.ofSeconds(3));
    assertThat(store.asked(Request.Charge.class))
        .extracting(Request.Charge::key)
        .containsExactly("b");
  }

  @Test
  @DisplayName("a mistake is not an outage")
  void misconfigured() {
    store.fail(() -> new StoreMisconfiguredException("no password", false, null));
    assertThatExceptionOfType(StoreMisconfiguredException.class).isThrownBy(this::call);
    store.fail(() -> new StoreUnavailableException("down", false, null));
    assertThat(call().allowed()).isTrue();
  }
}
