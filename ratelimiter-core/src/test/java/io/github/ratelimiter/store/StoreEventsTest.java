package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The events of a store")
class StoreEventsTest {
  private static final StoreEvent EVENT = new StoreEvent.BreakerClosed();

  private final StoreEvents events = new StoreEvents(Runnable::run);
  private final List<StoreEvent> heard = new ArrayList<>();
  private final StoreListener listener = heard::add;

  @Test
  @DisplayName("a listener that two limiters have added stays until both have removed it")
  void removedOnce() {
    events.add(listener);
    events.add(listener);
    events.remove(listener);
    events.publish(EVENT);
    assertThat(heard).containsExactly(EVENT);
    events.remove(listener);
    events.publish(EVENT);
    assertThat(heard).hasSize(1);
    assertThat(events.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("a listener that throws has no effect on the others")
  void hostile() {
    events.add(
        event -> {
          throw new AssertionError("hostile");
        });
    events.add(listener);
    events.publish(EVENT);
    events.publishOneOfMany(EVENT);
    assertThat(heard).containsExactly(EVENT, EVENT);
  }

  @Test
  @DisplayName("an event that no listener wants is not handed over, and the others do not get it")
  void unwanted() {
    List<Runnable> tasks = new ArrayList<>();
    StoreEvents events = new StoreEvents(tasks::add);
    events.add(new Choosy(false));
    events.publish(EVENT);
    events.publishOneOfMany(EVENT);
    assertThat(tasks).isEmpty();
    events.add(listener);
    events.publish(EVENT);
    events.publishOneOfMany(EVENT);
    tasks.forEach(Runnable::run);
    assertThat(heard).containsExactly(EVENT, EVENT);
  }

  @Test
  @DisplayName("a listener that throws when it is asked what it wants has no effect on the others")
  void hostileChoice() {
    events.add(new Choosy(true));
    events.publish(EVENT);
    events.add(listener);
    events.publish(EVENT);
    assertThat(heard).containsExactly(EVENT);
  }

  /** Wants nothing. */
  private record Choosy(boolean hostile) implements StoreListener {
    @Override
    public boolean wants(StoreEvent event) {
      if (hostile) {
        throw new AssertionError("hostile");
      }
      return false;
    }

    @Override
    public void onEvent(StoreEvent event) {
      throw new AssertionError("not wanted: " + event);
    }
  }

  @Test
  @DisplayName("frequent events are dropped while 10,000 are waiting, and rare ones never")
  void slow() {
    List<Runnable> tasks = new ArrayList<>();
    StoreEvents busy = new StoreEvents(tasks::add);
    busy.add(listener);
    for (int i = 0; i < 20_000; i++) {
      busy.publishOneOfMany(EVENT);
    }
    busy.publish(EVENT);
    tasks.get(0).run();
    assertThat(heard).hasSize(10_001);
  }
}
