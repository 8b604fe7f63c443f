package io.github.ratelimiter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class EventsTest {
  private static final StoreException DOWN = new StoreUnavailableException("down", false, null);
  private static final Policy POLICY = Policy.parse("5/min");

  private final ManualTimeSource clock = ManualTimeSource.create();
  private final List<String> logged = new ArrayList<>();
  private final Logger log =
      (Logger)
          Proxy.newProxyInstance(
              Logger.class.getClassLoader(),
              new Class<?>[] {Logger.class},
              (proxy, method, arguments) -> {
                logged.add(method.getName() + " " + Arrays.deepToString(arguments));
                return null;
              });

  private void fallBack(Events events) {
    Request request = new Request.Peek("secret", POLICY, 1);
    events.fellBack(request, Decision.of(POLICY, Decision.Outcome.ALLOWED, 0, 0, 0), DOWN);
  }

  @Test
  @DisplayName("the log has each kind at most once a second, without keys, and counts the rest")
  void onceASecond() {
    Events events = new Events(List.of(), clock, log);
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
    Events events = new Events(List.of(hostile, new RecordingListener()), clock, log);
    for (int i = 0; i < 10; i++) {
      events.closed();
    }
    assertThat(logged).filteredOn(line -> line.contains("listener failed")).hasSize(1);
  }
}
