package io.github.ratelimiter.redis;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
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

/** Puts a {@link RedisStateStore} together. Not thread-safe. */
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
      // Without the text or the cause: they may hold a password.
      throw new StoreMisconfiguredException(
          "not a URI of Redis; it must look like redis://host:6379, rediss://user:password@host,"
              + " or redis-sentinel://host1,host2/0#main",
          false,
          null);
    }
  }

  /**
   * What every key in the store begins with. Stores with the same prefix share their limits, others
   * never meet.
   *
   * @param prefix 1 to 64 characters, without braces and white space; {@code rl} unless said
   *     otherwise
   * @return this
   * @throws StoreMisconfiguredException if it is not of that form
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
   * How long a decision may take. A request that has not been sent by then is not sent.
   *
   * @param timeout 1 ms to 1 minute; 50 ms by default
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
   * Under how many hash tags a cluster keeps the keys: those of one tag are sent together, and all
   * live on one master. A few for each master are right; the number is recorded in the cluster with
   * the first connection and cannot be changed for a prefix. Without a cluster there are none.
   *
   * @param hashTags 1 to 1024; 24 by default
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
   * Sends each request in a call of its own, for tests and benchmarks. The decisions are the same.
   *
   * @return this
   */
  RedisStateStoreBuilder plain() {
    this.grouped = false;
    return this;
  }

  /**
   * Makes {@link #build()} fail if no server can be reached. Otherwise the store starts all the
   * same, says that it is unavailable, and connects when it can.
   *
   * @return this
   */
  public RedisStateStoreBuilder requireConnection() {
    this.requireConnection = true;
    return this;
  }

  /**
   * Splits policies whose keys are too hot for one node: each limit is divided over several keys on
   * different nodes, in parts that add up to it, so that it is never exceeded. A request begins at
   * a random part and tries the others before it is refused. The price: one call for more permits
   * than a part holds is refused for ever; a call for several permits may be refused while the
   * parts together would have had them, at most {@code (permits - 1) * shards} of them; what
   * remains is estimated from one part; a refusal costs a call for each part; a refund that its
   * part cannot take is lost. A lease or a turn is one part's. All processes must agree.
   *
   * @param shards 2 to 256
   * @param hot which policies are split, asked at every request; one that has a limit of fewer
   *     permits than shards, or whose parts cannot be counted exactly, is decided as a whole
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
   * Splits the policies of these names, as {@link #shard(int, Predicate)} does. Other versions of
   * them that cannot be split are decided as a whole.
   *
   * @param shards 2 to 256; every limit must have as many permits
   * @param hot the policies, at least one
   * @return this
   * @throws IllegalArgumentException if the number is out of range, there is no policy, or one
   *     cannot be split
   */
  public RedisStateStoreBuilder shard(int shards, Policy... hot) {
    if (hot.length == 0) {
      throw new IllegalArgumentException("no policy; name those that are to be split");
    }
    Set<String> names = Stream.of(hot).map(Policy::name).collect(Collectors.toUnmodifiableSet());
    shard(shards, policy -> names.contains(policy.name()));
    for (Policy policy : hot) {
      Shards.split(policy, shards);
    }
    return this;
  }

  /**
   * The clock with which {@link RedisStateStore#clockSkew()} compares the server's. Decisions do
   * not depend on it.
   *
   * @param time the system's by default
   * @return this
   */
  public RedisStateStoreBuilder timeSource(TimeSource time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * A scheduler that looks after deadlines and connections, in the place of the library's timer.
   * Closing it stays the caller's, after the store.
   *
   * @param scheduler runs short tasks that never wait; at least one thread that nobody holds up
   * @return this
   */
  public RedisStateStoreBuilder scheduler(ScheduledExecutorService scheduler) {
    this.alarms = TimeSource.system(scheduler);
    return this;
  }

  /** The decision script with another clock. For tests. */
  RedisStateStoreBuilder script(String script) {
    this.script = script;
    return this;
  }

  /** How often an instance says that it is alive. For tests. */
  RedisStateStoreBuilder beat(Duration beat) {
    this.beat = beat;
    return this;
  }

  /**
   * Connects and checks the server, for some seconds at most.
   *
   * @return the store
   * @throws IllegalStateException on a thread on which answers arrive, which it would block
   * @throws StoreMisconfiguredException if it cannot work as it is set up
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
