package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When callers go to the store, and when they do not. */
class BreakerTest {
  private final ManualTimeSource clock = ManualTimeSource.create();
  private final FaultyStore store = new FaultyStore(clock);
  private final RecordingListener listener = new RecordingListener();
  private final Fallback fallback =
      Fallback.around(store)
          .mode(Fallback.Mode.REFUSE)
          .window(10, 5)
          .listener(listener)
          .timeSource(clock)
          .build();
  private final RateLimiter limiter =
      RateLimiter.builder().policy("test", "1000/s").store(fallback).timeSource(clock).build();

  private void open() {
    store.down();
    for (int i = 0; i < 5; i++) {
      assertThat(limiter.tryAcquire("k" + i).source()).isEqualTo(Source.FALLBACK);
    }
    store.asked.clear();
  }

  @Test
  @DisplayName("failures open it, and then only probes are sent to the store")
  void opens() {
    open();
    assertThat(listener.states()).containsExactly("opened: down");
    for (int i = 0; i < 100; i++) {
      assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
    }
    assertThat(store.asked).isEmpty();
    clock.advance(Duration.ofMillis(999));
    assertThat(store.asked).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.asked(Request.Peek.class))
        .as("a probe looks at the key that failed")
        .extracting(Request.Peek::key)
        .containsExactly("k4");
    assertThat(store.asked(Request.Acquire.class)).as("and writes").hasSize(1);
    assertThat(listener.states()).containsExactly("opened: down", "half-open", "opened: down");
  }

  @Test
  @DisplayName("probes that are answered close it")
  void closes() {
    open();
    clock.advance(Duration.ofMillis(2_500));
    store.up();
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
    clock.advance(Duration.ofMillis(500));
    assertThat(listener.states().subList(listener.states().size() - 2, listener.states().size()))
        .containsExactly("half-open", "closed");
    assertThat(store.asked(Request.Peek.class)).as("two in vain, then three").hasSize(5);
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.STORE);
    assertThat(clock.waiting()).as("no alarm while it is closed").isZero();
  }

  @Test
  @DisplayName("no caller waits while it is half-open")
  void halfOpen() {
    open();
    store.hang();
    clock.advance(Duration.ofSeconds(1));
    assertThat(listener.states()).endsWith("half-open");
    assertThat(limiter.async().tryAcquire("k")).isCompleted();
    clock.advance(FaultyStore.DEADLINE);
    assertThat(listener.states()).endsWith("opened: no answer");
  }

  @Test
  @DisplayName("calls that are slow open it, and probes that are slow keep it open")
  void slowCalls() {
    store.delayMicros = 10_001;
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Decision> call = limiter.async().tryAcquire("k");
      clock.advance(Duration.ofNanos(10_001_000));
      assertThat(call.join().source()).as("late, but the store's").isEqualTo(Source.STORE);
    }
    assertThat(listener.heard)
        .containsExactly("opened: the store takes more than 10.0 ms to answer");
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
    clock.advance(Duration.ofMillis(1_040));
    assertThat(listener.states()).hasSize(3).endsWith(listener.heard.get(0));
    store.delayMicros = 10_000;
    clock.advance(Duration.ofMillis(1_040));
    assertThat(listener.states()).endsWith("closed");
  }

  @Test
  @DisplayName("timeouts open it as well; a caller waits for one deadline and no longer")
  void timeouts() {
    store.hang();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Decision> call = limiter.async().tryAcquire("k");
      assertThat(call).isNotDone();
      clock.advance(FaultyStore.DEADLINE);
      assertThat(call.join().source()).isEqualTo(Source.FALLBACK);
    }
    assertThat(limiter.async().tryAcquire("k")).isCompleted();
  }

  @Test
  @DisplayName("fewer failures than half of the calls do not open it")
  void rates() {
    for (int i = 0; i < 100; i++) {
      if (i % 5 > 2) {
        store.down();
      } else {
        store.up();
      }
      limiter.tryAcquire("k");
    }
    assertThat(listener.states()).isEmpty();
    store.up();
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.STORE);
  }

  @Test
  @DisplayName("a call from before says nothing of the store after")
  void lateAnswers() {
    store.hang();
    CompletableFuture<Decision> early = limiter.async().tryAcquire("k");
    open();
    store.up();
    clock.advance(FaultyStore.DEADLINE);
    assertThat(early.join().source()).isEqualTo(Source.FALLBACK);
    clock.advance(Duration.ofSeconds(1));
    assertThat(listener.states()).endsWith("closed");
  }

  @Test
  @DisplayName("a mistake is no outage: callers see it, however often")
  void mistakes() {
    store.fail(() -> new StoreMisconfiguredException("wrong password", false, null));
    for (int i = 0; i < 50; i++) {
      assertThatThrownBy(() -> limiter.tryAcquire("k"))
          .isInstanceOf(StoreMisconfiguredException.class)
          .hasMessage("wrong password");
    }
    store.fail(() -> new IllegalStateException("closed"));
    assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("k"));
    assertThat(listener.heard).isEmpty();
  }

  @Test
  @DisplayName("a probe that meets a mistake lets callers see it")
  void mistakesDuringAnOutage() {
    open();
    store.fail(() -> new StoreMisconfiguredException("wrong password", false, null));
    assertThat(limiter.tryAcquire("k").source()).isEqualTo(Source.FALLBACK);
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> limiter.tryAcquire("k"))
        .isInstanceOf(StoreMisconfiguredException.class);
  }

  @Test
  @DisplayName("a store that throws at the call is treated like one that fails later")
  void thrownAtTheCall() {
    Fallback around =
        Fallback.around(
                (request, deadline) -> {
                  throw new StoreUnavailableException("thrown", false, null);
                })
            .mode(Fallback.Mode.ALLOW)
            .timeSource(clock)
            .build();
    assertThat(
            RateLimiter.builder()
                .policy("test", "1/s")
                .store(around)
                .build()
                .tryAcquire("k")
                .source())
        .isEqualTo(Source.FALLBACK);
  }

  @Test
  @DisplayName("a store that decides immediately is used immediately, and its failures are handled")
  void twoSteps() {
    Fallback around = Fallback.around(store.store).timeSource(clock).build();
    assertThat(around.tryDecide(new Request.Acquire("k", BadInputTest.POLICY, 1))).isNotNull();
    assertThat(fallback.tryDecide(new Request.Acquire("k", BadInputTest.POLICY, 1))).isNull();
    open();
    assertThat(fallback.tryDecide(new Request.Acquire("k", BadInputTest.POLICY, 1)))
        .as("decided here without a stage")
        .isNotNull();
  }

  @Test
  @DisplayName("closing ends the probes and leaves the store open")
  void closing() {
    open();
    fallback.close();
    fallback.close();
    assertThat(clock.waiting()).isZero();
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.tryAcquire("k"))
        .withMessage("the fallback is closed");
    store.up();
    assertThat(store.decide(new Request.Peek("k", BadInputTest.POLICY, 1))).isCompleted();
  }
}
