package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import java.util.List;

/**
 * One call of the decision script: the keys that travel in it, each with its requests in order, as
 * the script reads them; and its reply, as decisions. Immutable.
 */
final class ScriptCall {
  /** The most items that one call takes. */
  static final int MAX_ITEMS = 1_000;

  private final List<Item> items;

  /**
   * A key and what is asked of it.
   *
   * @param stateKey where its state is kept; in a cluster it has a hash tag, in braces
   * @param requests in the order in which they are decided, all in one atomic step; at least one
   */
  record Item(byte[] stateKey, List<Request> requests) {}

  private ScriptCall(List<Item> items) {
    this.items = items;
  }

  /**
   * A call.
   *
   * @param items of different keys, all in one hash slot; 1 to {@link #MAX_ITEMS}
   */
  static ScriptCall of(List<Item> items) {
    return new ScriptCall(items);
  }

  /**
   * The keys for {@code EVALSHA}. A sliding log has a second key, named after the state's, which is
   * among them.
   */
  byte[][] keys() {
    throw new UnsupportedOperationException();
  }

  /** The arguments for {@code EVALSHA}. */
  byte[][] args() {
    throw new UnsupportedOperationException();
  }

  /**
   * The instant at which the script decided, by the server's clock, in microseconds since the Unix
   * epoch.
   */
  long nowMicros(Object reply) {
    throw new UnsupportedOperationException();
  }

  /**
   * The decisions, for each item in the order of its requests.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @throws IllegalStateException if what is stored at a key cannot be read
   */
  List<List<Decision>> decisions(Object reply) {
    throw new UnsupportedOperationException();
  }

  /**
   * The decisions on one item: others do not suffer from a key that cannot be read.
   *
   * @param reply a list of {@link Long}, byte arrays and such lists
   * @param item its position
   * @throws IllegalStateException if what is stored at this key cannot be read
   */
  List<Decision> decisions(Object reply, int item) {
    throw new UnsupportedOperationException(items + " " + item);
  }
}
