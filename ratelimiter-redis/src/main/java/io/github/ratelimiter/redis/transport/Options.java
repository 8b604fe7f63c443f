package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * The options of a store.
 *
 * @param prefix the prefix of all its keys
 * @param timeout the timeout of a decision
 * @param hashTags the number of hash tags in a cluster
 * @param grouped whether requests are sent in batches
 * @param requireConnection whether the start fails if a server cannot be reached
 * @param shards the number of keys over which hot policies are split; 1 if none is split
 * @param hot returns whether a policy is split
 * @param time this process's clock
 * @param alarms sets alarms
 * @param script the text of the decision script
 * @param beat the interval of heartbeats, once the instances are requested
 */
public record Options(
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

  /** How long connecting may take, and each check of a connection. */
  public static final Duration CONNECT = Duration.ofSeconds(2);

  /** Returns how long a call may have no reply before its connection is considered dead. */
  public Duration patience() {
    Duration least = Duration.ofSeconds(1);
    Duration patience = timeout.multipliedBy(4);
    return patience.compareTo(least) < 0 ? least : patience;
  }
}
