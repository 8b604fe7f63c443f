package io.github.ratelimiter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Policy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateCodecTest {
  private static final int RUNS = Integer.getInteger("proof.runs", 100);
  private static final int STEPS = 40;
  private static final Policy POLICY = Policy.parse("test", "10/s; sliding-log 20/min");

  /** All that later decisions depend on, and the policy. */
  private static List<Object> contents(KeyState state) {
    List<Object> contents = new ArrayList<>();
    contents.addAll(List.of(state.policy(), state.until(), state.generation()));
    state
        .counters()
        .forEach(
            counter -> {
              contents.add(counter.algorithm());
              contents.add(counter.algorithm().limit());
              contents.add(counter.algorithm().period());
              contents.add(counter.cutAt());
              contents.add(LongStream.of(counter.words()).boxed().toList());
            });
    return contents;
  }

  /** A state of several versions with a lease, so that every field has a value. */
  private static byte[] example() {
    KeyState state = new KeyState(POLICY);
    long now = 1_700_000_000_000_000L;
    for (String text : List.of("10/s; sliding-log 20/min", "fixed-window 5/min", "7/s burst 3")) {
      Policy version = Policy.parse("test", text);
      state.decide(new Request.Acquire("key", version, 2), now);
      state.decide(new Request.Lease("key", version, 1, 1, 1_000), now + 10);
    }
    return StateCodec.encode(state);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, false", "2, 3, false", "6, 4, false", "3, 2, true", "12, 4, false"})
  @DisplayName("after each decision the restored state is equal, and decides like the original")
  void roundTrip(int versions, int mostLimits, boolean reservable) {
    int others = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Scenarios scenarios = new Scenarios(seed * 53 + versions);
      List<Policy> policies =
          seed % 2 == 0
              ? scenarios.versions(versions, mostLimits, reservable)
              : scenarios.smallVersions(versions, mostLimits, reservable);
      others += run(scenarios, policies, "seed " + seed);
    }
    assertThat(others).as("counters of other versions").matches(n -> versions == 1 || n > RUNS);
  }

  private static int run(Scenarios scenarios, List<Policy> policies, String seed) {
    KeyState original = new KeyState(policies.get(0));
    KeyState restored = new KeyState(policies.get(0));
    List<Grant> leases = new ArrayList<>();
    List<Grant> reservations = new ArrayList<>();
    long now = scenarios.origin();
    long remaining = 1;
    int others = 0;
    for (int step = 0; step < STEPS; step++) {
      Policy policy = policies.get(scenarios.random.nextInt(policies.size()));
      now = scenarios.next(now, policy, 0);
      Request request = scenarios.request(policy, remaining, leases, reservations);
      StoreDecision decision = original.decide(request, now);
      assertThat(restored.decide(request, now)).as("%s: %s", seed, request).isEqualTo(decision);
      byte[] bytes = StateCodec.encode(restored);
      restored = StateCodec.decode(policies.get(0), bytes);
      assertThat(contents(restored)).as(seed).isEqualTo(contents(original));
      assertThat(StateCodec.encode(restored)).as(seed).isEqualTo(bytes);
      decision.grant().ifPresent((request instanceof Request.Lease ? leases : reservations)::add);
      remaining = decision.remaining();
      others += original.counters().size() - original.policy().counters().size();
    }
    return others;
  }

  @Test
  @DisplayName("a state expires when all permits are available again, and not before")
  void expiry() {
    Policy policy = Policy.parse("test", "3/s");
    KeyState state = new KeyState(policy);
    assertThat(StateCodec.expiresAfterMicros(state, 5)).isZero();
    state.decide(new Request.Acquire("key", policy, 1), 1_000_000);
    assertThat(StateCodec.expiresAfterMicros(state, 1_000_000)).as("rounded up").isEqualTo(333_334);
    assertThat(StateCodec.expiresAfterMicros(state, 1_333_333)).isEqualTo(1);
    assertThat(StateCodec.expiresAfterMicros(state, 1_333_334)).isZero();
    assertThat(StateCodec.expiresAfterMicros(state, 9_000_000)).isZero();
  }

  @Test
  @DisplayName("the policy gives the name, also that of a part of a split policy")
  void names() {
    Policy shard = Policy.parse("test", "100/s").shard(3, 10);
    KeyState state = new KeyState(shard);
    state.decide(new Request.Acquire("key", shard, 4), 1_000_000);
    byte[] bytes = StateCodec.encode(state);
    assertThat(StateCodec.decode(shard, bytes).policy()).isSameAs(shard);
    Policy changed = Policy.parse("test", "200/s").shard(3, 10);
    assertThat(StateCodec.decode(changed, bytes).policy()).isEqualTo(shard);
  }

  @Test
  @DisplayName("truncated bytes are rejected")
  void truncated() {
    byte[] bytes = example();
    for (int length = 0; length < bytes.length; length++) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> StateCodec.decode(POLICY, shorter))
          .as("%s of %s bytes", length, bytes.length)
          .isInstanceOf(StateFormatException.class)
          .hasMessageContaining("state");
    }
    assertThatThrownBy(() -> StateCodec.decode(POLICY, Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(StateFormatException.class);
  }

  @Test
  @DisplayName("every changed byte is found")
  void changed() {
    byte[] bytes = example();
    for (int i = 0; i < bytes.length; i++) {
      for (int change = 1; change < 256; change++) {
        byte[] wrong = bytes.clone();
        wrong[i] ^= (byte) change;
        assertThatThrownBy(() -> StateCodec.decode(POLICY, wrong))
            .as("byte %s, changed by %s", i, change)
            .isInstanceOf(StateFormatException.class);
      }
    }
  }

  @Test
  @DisplayName("changed bytes with the right checksum give a state or the exception")
  void changedWithChecksum() {
    Random random = new Random(7);
    byte[] bytes = example();
    int rejected = 0;
    int runs = 200 * RUNS;
    for (int run = 0; run < runs; run++) {
      int length = random.nextInt(4) > 0 ? bytes.length - 4 : 1 + random.nextInt(bytes.length - 4);
      byte[] wrong = Arrays.copyOf(bytes, length);
      for (int changes = random.nextInt(4); changes >= 0 && length > 1; changes--) {
        wrong[1 + random.nextInt(length - 1)] = (byte) random.nextInt();
      }
      try {
        StateCodec.decode(POLICY, withChecksum(wrong));
      } catch (StateFormatException e) {
        rejected++;
        assertThat(e).message().isNotBlank();
      }
    }
    assertThat(rejected).isBetween(runs / 10, runs - 1);
  }

  private static byte[] withChecksum(byte[] content) {
    return ByteBuffer.allocate(content.length + 4)
        .put(content)
        .putInt(ByteWriter.checksum(content, content.length))
        .array();
  }

  private static byte[] numbers(long... numbers) {
    ByteWriter out = new ByteWriter();
    LongStream.of(numbers).forEach(out::number);
    return out.toBytesWithChecksum();
  }

  @Test
  @DisplayName("the message names the problem")
  void messages() {
    assertMessage(new byte[0], "the state is empty");
    byte[] later = example();
    later[0] = 2;
    assertMessage(later, "has format 2; this version of the library reads format 1");
    byte[] changed = example();
    changed[9]++;
    assertMessage(changed, "the checksum of the state is wrong");
    assertMessage(numbers(1, 0, 0, 0, 17), "limits of the state is 17; it must be from 0 to 16");
    assertMessage(numbers(1, 0, 0, 0, 0), "has 0 limits");
    assertMessage(numbers(1, 0, 0, 0, 1, 9, 1, 1), "kind of limit of the state is 9");
    assertMessage(numbers(1, 0, 0, 0, 1, 0, 10, 1_000, 0, 0, 0), "wrong limit: burst is 0");
    assertMessage(
        numbers(1, 0, 0, 0, 1, 4, 1, 1_000, MOST, 0), "wrong limit: debt is 1000000000000");
    assertMessage(numbers(1, 0, 0, 0, 1, 0, 1, 1_000, 1, 0, 0, 3, 1, 1, 1, 0), "has 3 numbers");
    assertMessage(numbers(1, 0, 0, 0, 1, 4, 1, 1_000, 0, 0, 9), "ends before its words");
    assertMessage(numbers(1, 0, 0, 0, 1, 4, 1, 1_000, 0, 0, 2, 1, 1, 0), "has 2 numbers");
    assertMessage(numbers(1, 0), "no complete number for its generation");
    assertMessage(numbers(1, 0, 0, 0, 1, 4, 1, 1_000, 0, 0, 1, 0, 0, 5), "1 bytes after its last");
  }

  private static final long MOST = 1_000_000_000_000L;

  private static void assertMessage(byte[] bytes, String message) {
    assertThatThrownBy(() -> StateCodec.decode(POLICY, bytes))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining(message);
  }
}
