package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class EventsTest {
  private static final StoreException DOWN = new StoreUnavailableException("down", false, null);
  private static final Policy POLICY = Policy.parse("5/min");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final List<String> logged = new ArrayList<>();
  private final Logger log = logInto(logged);

  /** A log whose lines go into a list, with their level in front. */
  static Logger logInto(List<String> lines) {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              lines.add(method.getName() + " " + Arrays.deepToString(arguments));
              return null;
            });
  }

  private void fallBack(Events events) {
    Request request = new Request.Peek("secret", POLICY, 1);
    events.fellBack(request, Decision.of(POLICY, Decision.Outcome.ALLOWED, 0, 0, 0), DOWN);
  }

  @Test
  @DisplayName("the log has each kind at most once a second, without keys, and counts the rest")
  void onceASecond() {
    Events events = new Events(List.of(), clock, Runnable::run, log);
    for (int i = 0; i < 1_000; i++) {
      fallBack(events);
      events.opened(DOWN);
      events.halfOpen();
      events.closed();
      events.recovered(3, 7);
    }
    assertThat(logged).hasSize(5).noneMatch(line -> line.contains("secret"));
    clock.advance(Duration.ofMillis(999));
    fallBack(events);
    assertThat(logged).hasSize(5);
    clock.advance(Duration.ofMillis(1));
    fallBack(events);
    assertThat(logged).hasSize(6);
    assertThat(logged.get(5)).startsWith("warn").contains("down", "1000 times");
  }

  @Test
  @DisplayName("a listener that fails is complained of once")
  void complaint() {
    FallbackListener hostile =
        new FallbackListener() {
          @Override
          public void onClosed() {
            throw new IllegalStateException("hostile");
          }
        };
    Events events =
        new Events(List.of(hostile, new RecordingListener()), clock, Runnable::run, log);
    for (int i = 0; i < 10; i++) {
      events.closed();
    }
    assertThat(logged).filteredOn(line -> line.contains("listener failed")).hasSize(1);
  }

  /** Counts what it is told, and is told nothing while the test holds the executor's tasks. */
  private static final class Counting implements FallbackListener {
    private final List<String> told = new ArrayList<>();

    @Override
    public void onOpened(StoreException reason) {
      told.add("opened");
    }

    @Override
    public void onHalfOpen() {
      told.add("half-open");
    }

    @Override
    public void onClosed() {
      told.add("closed");
    }

    @Override
    public void onFellBack(Request request, Decision decision, StoreException reason) {
      told.add("fell back");
    }
  }

  @Test
  @DisplayName("listeners are told on the executor, in order, by one task at a time")
  void inOrder() {
    List<Runnable> tasks = new ArrayList<>();
    Counting listener = new Counting();
    Events events = new Events(List.of(listener), clock, tasks::add, log);
    events.opened(DOWN);
    fallBack(events);
    events.halfOpen();
    events.closed();
    assertThat(listener.told).isEmpty();
    assertThat(tasks).hasSize(1);
    tasks.remove(0).run();
    assertThat(listener.told).containsExactly("opened", "fell back", "half-open", "closed");
    events.opened(DOWN);
    assertThat(tasks).hasSize(1);
  }

  @Test
  @DisplayName(
      "a listener that is too slow misses answers, never a change of state, and the log says so")
  void tooSlow() {
    List<Runnable> tasks = new ArrayList<>();
    Counting listener = new Counting();
    Events events = new Events(List.of(listener), clock, tasks::add, log);
    events.opened(DOWN);
    for (int i = 0; i < 20_000; i++) {
      fallBack(events);
    }
    events.closed();
    tasks.get(0).run();
    assertThat(listener.told).hasSize(10_001).startsWith("opened").endsWith("closed");
    assertThat(logged).filteredOn(line -> line.contains("Listeners are slow")).hasSize(1);
    fallBack(events);
    tasks.get(1).run();
    assertThat(listener.told).hasSize(10_002);
  }

  @Test
  @DisplayName("what an executor rejects is told all the same")
  void rejected() {
    CountDownLatch told = new CountDownLatch(1);
    FallbackListener listener =
        new FallbackListener() {
          @Override
          public void onClosed() {
            told.countDown();
          }
        };
    Events events =
        new Events(
            List.of(listener),
            clock,
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            log);
    events.closed();
    assertThatNoException().isThrownBy(() -> assertThat(told.await(30, TimeUnit.SECONDS)).isTrue());
  }
}
