package io.github.ratelimiter.redis;

import io.github.ratelimiter.CalendarWindow;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.redis.script.Scripts;
import io.github.ratelimiter.redis.transport.ClientSetup;
import io.github.ratelimiter.redis.transport.Connections;
import io.github.ratelimiter.redis.transport.Keyspace;
import io.github.ratelimiter.redis.transport.Options;
import io.github.ratelimiter.threads.ServiceThreads;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds a {@link RedisStateStore}. Not thread-safe. */
public final class RedisStateStoreBuilder {
  private static final Pattern PREFIX = Pattern.compile("[^{}\\p{Cntrl}\\s]{1,64}");
  private static final int MOST_SHARDS = 256;
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

  private final Supplier<Connections> connections;
  private String prefix = "rl";
  private Duration timeout = Duration.ofMillis(50);
  private int hashTags = 24;
  private boolean grouped = true;
  private boolean requireConnection;
  private int shards = 1;
  private Predicate<? super Policy> hot = policy -> false;
  private TimeSource time = TimeSource.system();
  private TimeSource alarms = TimeSource.system();
  private String script = Scripts.DECIDE;
  private Duration beat = Duration.ofSeconds(1);

  RedisStateStoreBuilder(Supplier<Connections> connections) {
    this.connections = connections;
  }

  static RedisURI parse(String uri) {
    try {
      return ClientSetup.impatient(RedisURI.create(Objects.requireNonNull(uri, "uri")));
    } catch (IllegalArgumentException e) {
      // Without the text or the cause: they may contain a password.
      throw new StoreMisconfiguredException(
          "not a Redis URI; it must look like redis://host:6379, rediss://user:password@host,"
              + " or redis-sentinel://host1,host2/0#main",
          false,
          null);
    }
  }

  /**
   * Sets the prefix of all keys in the store. Stores with the same prefix share their limits.
   * Stores with different prefixes do not. Default: {@code rl}.
   *
   * @param prefix 1 to 64 characters, without braces and white space
   * @return this
   * @throws StoreMisconfiguredException if the prefix is out of range
   */
  public RedisStateStoreBuilder keyPrefix(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new StoreMisconfiguredException(
          "key prefix is '"
              + prefix
              + "'; it must be 1 to 64 characters, without braces, which would break the hash tag,"
              + " and without white space",
          false,
          null);
    }
    this.prefix = prefix;
    return this;
  }

  /**
   * Sets how long a decision may take. A request that has not been sent by then is not sent.
   * Default: 50 ms.
   *
   * @param timeout 1 ms to 1 minute
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public RedisStateStoreBuilder timeout(Duration timeout) {
    if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout is " + timeout + "; it must be 1 ms to 1 minute");
    }
    this.timeout = timeout;
    return this;
  }

  /**
   * Sets the number of hash tags under which a cluster keeps the keys. Keys with one tag are sent
   * together and live on the same master. A few tags for each master are a good choice. The first
   * connection records the number in the cluster, and it cannot be changed for a prefix. Ignored
   * without a cluster. Default: 24.
   *
   * @param hashTags 1 to 1024
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public RedisStateStoreBuilder hashTags(int hashTags) {
    if (hashTags < 1 || hashTags > Keyspace.MOST_TAGS) {
      throw new IllegalArgumentException(
          "hashTags is " + hashTags + "; it must be 1 to " + Keyspace.MOST_TAGS);
    }
    this.hashTags = hashTags;
    return this;
  }

  /**
   * Sends each request in its own call. The decisions are the same.
   *
   * @return this
   */
  RedisStateStoreBuilder plain() {
    this.grouped = false;
    return this;
  }

  /**
   * Makes {@link #build()} fail if no server can be reached. Default: the store starts, reports
   * that it is unavailable, and connects when it can.
   *
   * @return this
   */
  public RedisStateStoreBuilder requireConnection() {
    this.requireConnection = true;
    return this;
  }

  /**
   * Splits policies with keys that are too hot for one node. Each limit is divided over several
   * keys on different nodes. The parts add up to the limit, so it is never exceeded. A request
   * begins at a random part and tries the others before it is refused. This has a price:
   *
   * <ul>
   *   <li>A call for more permits than a part holds can never succeed.
   *   <li>A call for several permits may be refused although the parts together have them; at most
   *       {@code (permits - 1) * shards} permits are unused then.
   *   <li>The remaining permits are estimated from one part.
   *   <li>A refusal costs a call for each part.
   *   <li>A refund that its part cannot take is lost.
   * </ul>
   *
   * <p>A lease or a reservation belongs to one part. All processes must use the same setting.
   *
   * @param shards 2 to 256
   * @param hot returns whether a policy is split; called at every request. A policy is decided as a
   *     whole if it has a limit of fewer permits than shards, or its parts cannot be counted
   *     exactly
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   */
  public RedisStateStoreBuilder shard(int shards, Predicate<? super Policy> hot) {
    if (shards < 2 || shards > MOST_SHARDS) {
      throw new IllegalArgumentException(
          "shards is " + shards + "; it must be 2 to " + MOST_SHARDS);
    }
    this.shards = shards;
    this.hot = Objects.requireNonNull(hot, "hot");
    return this;
  }

  /**
   * Splits the policies with these names, as {@link #shard(int, Predicate)} does. Other versions of
   * them that cannot be split are decided as a whole.
   *
   * @param shards 2 to 256; every limit must have at least as many permits
   * @param hot the policies, at least one
   * @return this
   * @throws IllegalArgumentException if the number is out of range, there is no policy, or one
   *     cannot be split
   */
  public RedisStateStoreBuilder shard(int shards, Policy... hot) {
    if (hot.length == 0) {
      throw new IllegalArgumentException("no policy; give at least one to split");
    }
    Set<String> names = Stream.of(hot).map(Policy::name).collect(Collectors.toUnmodifiableSet());
    shard(shards, policy -> names.contains(policy.name()));
    for (Policy policy : hot) {
      Shards.split(policy, shards);
    }
    return this;
  }

  /**
   * Sets the clock of this process. {@link RedisStateStore#clockSkew()} compares the server's clock
   * with it. For a {@link CalendarWindow}, it determines the two windows that each call sends to
   * the server: the present one and the next one. All decisions are made on the server's clock.
   * Default: the system's clock.
   *
   * @param time the clock
   * @return this
   */
  public RedisStateStoreBuilder timeSource(TimeSource time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * Sets a scheduler that checks deadlines and connections. The store does not close it; close it
   * after the store. Default: the library's timer.
   *
   * @param scheduler runs short tasks that never wait; needs at least one thread that is not
   *     blocked
   * @return this
   */
  public RedisStateStoreBuilder scheduler(ScheduledExecutorService scheduler) {
    this.alarms = TimeSource.system(scheduler);
    return this;
  }

  /** Sets the decision script, with another clock. For tests. */
  RedisStateStoreBuilder script(String script) {
    this.script = script;
    return this;
  }

  /** Sets the interval of heartbeats. For tests. */
  RedisStateStoreBuilder beat(Duration beat) {
    this.beat = beat;
    return this;
  }

  /**
   * Connects and checks the server, for some seconds at most.
   *
   * @return the store
   * @throws IllegalStateException on a thread on which replies arrive, which it would block
   * @throws StoreMisconfiguredException if the store cannot work in this configuration
   * @throws StoreUnavailableException if no server can be reached and {@link #requireConnection()}
   *     was called
   */
  public RedisStateStore build() {
    ServiceThreads.checkMayWait("build()", "Build the store on another thread.");
    Options options =
        new Options(
            prefix,
            timeout,
            hashTags,
            grouped,
            requireConnection,
            shards,
            hot,
            time,
            alarms,
            script,
            beat);
    return new RedisStateStore(connections.get(), options);
  }
}
