package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import io.github.ratelimiter.store.StoreEvents;
import io.github.ratelimiter.store.StoreListener;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final StoreException DOWN = new StoreUnavailableException("down", false, null);
  private static final Policy POLICY = Policy.parse("test", "5/min");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final Logged logged = new Logged();

  private Events events(Executor executor, StoreListener... listeners) {
    StoreEvents events = new StoreEvents(executor);
    List.of(listeners).forEach(events::add);
    return new Events(clock, events, logged.logger());
  }

  private void fallBack(Events events) {
    Request request = new Request.Peek("secret", POLICY, 1);
    events.fellBack(request, StoreDecision.of(POLICY, Decision.Outcome.ALLOWED, 0, 0, 0), DOWN);
  }

  @Test
  @DisplayName("the log has each kind at most once a second, without keys, and counts the rest")
  void onceASecond() {
    Events events = events(Runnable::run);
    for (int i = 0; i < 1_000; i++) {
      fallBack(events);
      events.opened(DOWN);
      events.halfOpen();
      events.closed();
      events.recovered(3, 7);
    }
    assertThat(logged.lines())
        .containsExactly(
            "WARN Decided without the store: down {outcome=ALLOWED, policy=test, reason=down}",
            "WARN Circuit breaker opened: down {reason=down}",
            "DEBUG Circuit breaker half-open: probing the store {}",
            "INFO Circuit breaker closed: the store decides again {}",
            "INFO Charged the store for 7 permits of 3 keys that were admitted without it"
                + " {keys=3, permits=7}");
    clock.advance(Duration.ofMillis(999));
    fallBack(events);
    assertThat(logged.lines()).hasSize(5);
    clock.advance(Duration.ofMillis(1));
    fallBack(events);
    assertThat(logged.lines()).hasSize(6).last().asString().contains("not_logged=1000");
  }

  @Test
  @DisplayName("a listener that fails does not hurt the others")
  void hostile() {
    StoreListener hostile =
        event -> {
          throw new IllegalStateException("hostile");
        };
    RecordingListener sane = new RecordingListener();
    Events events = events(Runnable::run, hostile, sane);
    for (int i = 0; i < 10; i++) {
      events.closed();
    }
    assertThat(sane.heard).hasSize(10);
  }

  @Test
  @DisplayName("listeners are notified on the executor, in order, by one task at a time")
  void inOrder() {
    List<Runnable> tasks = new ArrayList<>();
    RecordingListener listener = new RecordingListener();
    Events events = events(tasks::add, listener);
    events.opened(DOWN);
    fallBack(events);
    events.halfOpen();
    events.closed();
    assertThat(listener.heard).isEmpty();
    assertThat(tasks).hasSize(1);
    tasks.remove(0).run();
    assertThat(listener.heard)
        .containsExactly("opened: down", "fell back, ALLOWED: down", "half-open", "closed");
    events.opened(DOWN);
    assertThat(tasks).hasSize(1);
  }

  @Test
  @DisplayName("a listener that is too slow misses decisions, never a change of state")
  void tooSlow() {
    List<Runnable> tasks = new ArrayList<>();
    RecordingListener listener = new RecordingListener();
    Events events = events(tasks::add, listener);
    events.opened(DOWN);
    for (int i = 0; i < 20_000; i++) {
      fallBack(events);
    }
    events.closed();
    tasks.get(0).run();
    assertThat(listener.heard).hasSize(10_001).startsWith("opened: down").endsWith("closed");
    fallBack(events);
    tasks.get(1).run();
    assertThat(listener.heard).hasSize(10_002);
  }

  @Test
  @DisplayName("an event is published even if the executor rejects it")
  void rejected() {
    CountDownLatch told = new CountDownLatch(1);
    Events events =
        events(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            event -> told.countDown());
    events.closed();
    assertThatNoException().isThrownBy(() -> assertThat(told.await(30, TimeUnit.SECONDS)).isTrue());
  }
}
