package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.algorithm.Algorithm;
import io.github.ratelimiter.algorithm.Bucket;
import io.github.ratelimiter.algorithm.SlidingCounter;
import io.github.ratelimiter.algorithm.SlidingLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what the script stored, as it is described in plain.lua, for comparison with Java. */
final class StoredState {
  private static final int RECORD = 13;

  private final byte[] bytes;
  private int at;

  private StoredState(byte[] bytes) {
    this.bytes = bytes;
  }

  private long next(int size) {
    long number = 0;
    for (int i = 0; i < size; i++) {
      number |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    at += size;
    return number;
  }

  /**
   * The words of each limit.
   *
   * @param reply where the rings are, from a position on: content and expiry of each; negative if
   *     there can be none
   */
  static List<long[]> words(byte[] stored, Policy policy, List<?> reply, int rings, long gone) {
    StoredState state = new StoredState(stored);
    byte[] encoded = PolicyCodec.encode(policy);
    for (int i = -1; i < policy.limits().size(); i++) {
      state.at += i < 0 ? 1 : policy.algorithm(i) instanceof Bucket ? 12 : 7;
    }
    assertThat(Arrays.copyOf(stored, state.at)).isEqualTo(Arrays.copyOf(encoded, state.at));
    List<long[]> words = new ArrayList<>();
    for (int i = 0; i < policy.limits().size(); i++) {
      Algorithm algorithm = policy.algorithm(i);
      if (algorithm instanceof SlidingLog) {
        words.add(state.log((byte[]) reply.get(rings + 2 * i)));
        if (reply.get(rings + 2 * i) != null) {
          assertThat(reply.get(rings + 2 * i + 1)).as("expiry of the ring").isEqualTo(gone);
        }
        continue;
      }
      if (rings >= 0) {
        assertThat(reply.get(rings + 2 * i)).as("ring of " + algorithm).isNull();
      }
      words.add(
          algorithm instanceof Bucket
              ? new long[] {state.next(7), state.next(5)}
              : algorithm instanceof SlidingCounter
                  ? new long[] {state.next(7), state.next(7), state.next(7)}
                  : new long[] {state.next(7), state.next(7)});
    }
    assertThat(state.at).isEqualTo(stored.length);
    return words;
  }

  private long[] log(byte[] ring) {
    long base = next(6);
    long last = next(7);
    long total = next(6);
    int head = (int) next(4);
    int count = (int) next(4);
    int capacity = (int) next(4);
    assertThat(ring == null ? 0 : ring.length).as("size of the ring").isEqualTo(capacity * RECORD);
    if (base == total) {
      return new long[] {base};
    }
    long[] words = new long[3 + 2 * count];
    words[0] = base;
    StoredState records = new StoredState(ring);
    for (int i = 0; i < count; i++) {
      records.at = (head + i) % capacity * RECORD;
      words[1 + 2 * i] = records.next(7);
      words[2 + 2 * i] = records.next(6);
    }
    words[1 + 2 * count] = last;
    words[2 + 2 * count] = total;
    return words;
  }
}
