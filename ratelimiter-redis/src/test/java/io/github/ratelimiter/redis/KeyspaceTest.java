package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyspaceTest {
  private static Request request(String policy, String key) {
    return new Request.Peek(key, Policy.parse(policy, "1/s"), 1);
  }

  private static String stateKey(Keyspace keys, String policy, String key) {
    return new String(keys.stateKey(request(policy, key)), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aKeyIsReadableWhereItIsStored() {
    assertThat(stateKey(new Keyspace("rl", 0), "default", "alice")).isEqualTo("rl{}default:alice");
  }

  @Test
  void differentKeysNeverMeet() {
    Keyspace keys = new Keyspace("rl", 0);
    Set<String> stored = new HashSet<>();
    List<String> names = List.of("p", "p.q", "p/q");
    List<String> texts =
        List.of(
            "k",
            "k:log1",
            "k;log1",
            "k:log1;",
            ";",
            ":",
            "#",
            "}",
            "{x}",
            "a\nb",
            "\uD800",
            "\uDC00",
            "?",
            "\uFFFD",
            "\uD83D\uDE00",
            "\uDE00\uD83D",
            "x".repeat(256),
            "x".repeat(257),
            "x".repeat(258),
            "\0",
            "é",
            "e\u0301");
    for (String name : names) {
      for (String text : texts) {
        String state = stateKey(keys, name, text);
        assertThat(stored.add(state)).as("%s %s", name, text).isTrue();
        for (int limit = 1; limit <= 16; limit++) {
          assertThat(stored.add(state + ":log" + limit)).as("%s %s", name, text).isTrue();
        }
      }
    }
  }

  @Test
  void aLongKeyIsStoredByADigest() {
    Keyspace keys = new Keyspace("rl", 0);
    assertThat(stateKey(keys, "p", "é".repeat(128))).hasSize("rl{}p:".length() + 256);
    assertThat(stateKey(keys, "p", "é".repeat(129))).hasSize("rl{}p#".length() + 32);
  }

  @Test
  void wellFormedTextIsStoredAsUtf8() {
    assertThat(Keyspace.bytes("a\uD83D\uDE00é"))
        .isEqualTo("a\uD83D\uDE00é".getBytes(StandardCharsets.UTF_8));
    assertThat(Keyspace.bytes("\uD83D\uDE00\uD83D")).hasSize(4 + 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 24, 100, 1024})
  void hashTagsAreSpreadEvenlyOverTheSlots(int tags) {
    Keyspace keys = new Keyspace("my:app", tags);
    assertThat(keys.tags()).isEqualTo(tags);
    for (int i = 0; i < tags; i++) {
      int slot = SlotHash.getSlot(keys.probeKey(i));
      assertThat(slot).isBetween(16_384 * i / tags, 16_384 * (i + 1) / tags - 1);
    }
  }

  @Test
  void aKeysTagDecidesItsSlotWhateverItsCharacters() {
    Keyspace keys = new Keyspace("rl", 24);
    int[] counts = new int[24];
    for (int i = 0; i < 24_000; i++) {
      Request request = request("p", "}{user}" + i);
      int tag = keys.tagOf(request);
      counts[tag]++;
      if (i % 100 == 0) {
        assertThat(SlotHash.getSlot(keys.stateKey(request)))
            .isEqualTo(SlotHash.getSlot(keys.probeKey(tag)));
      }
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(800);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1_200);
  }
}
