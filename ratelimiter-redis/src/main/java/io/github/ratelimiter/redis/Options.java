package io.github.ratelimiter.redis;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * How a store works.
 *
 * @param prefix of every key it writes
 * @param timeout of a decision
 * @param hashTags how many in a cluster
 * @param grouped whether requests are sent in batches
 * @param requireConnection whether a server that cannot be reached at start is fatal
 * @param shards over how many keys hot policies are split; 1 if none is
 * @param hot which policies are
 * @param time this process's clock
 * @param alarms wakes up later
 * @param script the decision script's text
 * @param beat how often an instance says that it is alive, once it is asked who is
 */
record Options(
    String prefix,
    Duration timeout,
    int hashTags,
    boolean grouped,
    boolean requireConnection,
    int shards,
    Predicate<? super Policy> hot,
    TimeSource time,
    TimeSource alarms,
    String script,
    Duration beat) {

  /** How long a connection, and each check of it, may take. */
  static final Duration CONNECT = Duration.ofSeconds(2);

  /** After which a call that has had no answer says that its connection is dead. */
  Duration patience() {
    Duration least = Duration.ofSeconds(1);
    Duration patience = timeout.multipliedBy(4);
    return patience.compareTo(least) < 0 ? least : patience;
  }
}
