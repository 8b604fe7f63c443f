package io.github.ratelimiter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("sightings of keys")
class SightingsTest {
  private static final long NOW = 1_767_225_600_000_000L;
  private static final long INTERVAL = 100_000;

  private final Policy policy = Policy.parse("test", "10/s");
  private final Sightings sightings = new Sightings(1_000_000, INTERVAL);

  @Test
  @DisplayName("last for the present interval and the one after it")
  void twoIntervals() {
    assertThat(sightings.seenBefore("a", policy, NOW)).isFalse();
    assertThat(sightings.seenBefore("a", policy, NOW + 1)).isTrue();
    assertThat(sightings.seenBefore("a", policy, NOW + 2 * INTERVAL - 1)).isTrue();
    assertThat(sightings.seenBefore("a", policy, NOW + 3 * INTERVAL)).isFalse();
    assertThat(sightings.seenBefore("a", policy, NOW + 3 * INTERVAL)).isTrue();
  }

  @Test
  @DisplayName("are of one policy")
  void policies() {
    sightings.seenBefore("a", policy, NOW);
    assertThat(sightings.seenBefore("a", Policy.parse("other", "10/s"), NOW)).isFalse();
  }

  @Test
  @DisplayName("tell nearly all keys apart, in little memory")
  void manyKeys() {
    int mistaken = 0;
    for (int i = 0; i < 20_000; i++) {
      mistaken += sightings.seenBefore("key" + i, policy, NOW) ? 1 : 0;
    }
    assertThat(mistaken).isLessThan(20);
    int forgotten = 0;
    for (int i = 0; i < 20_000; i++) {
      forgotten += sightings.seenBefore("key" + i, policy, NOW) ? 0 : 1;
    }
    assertThat(forgotten).isLessThan(6_000);
  }

  @Test
  @DisplayName("end when the clock goes back")
  void clockGoesBack() {
    sightings.seenBefore("a", policy, NOW);
    assertThat(sightings.seenBefore("a", policy, NOW - 5 * INTERVAL)).isFalse();
  }
}
