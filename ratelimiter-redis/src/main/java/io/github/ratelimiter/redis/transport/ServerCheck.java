package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.redis.script.ScriptCall;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreMemory;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks whether a server can serve, before it is used. */
public final class ServerCheck {
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\d+)\\.(\\d+)");
  private static final Pattern USED_MEMORY = Pattern.compile("(?m)^used_memory:(\\d+)");
  private static final Pattern MAXMEMORY = Pattern.compile("(?m)^maxmemory:(\\d+)");
  private static final Pattern EVICTION = Pattern.compile("(?m)^maxmemory_policy:([\\w-]+)");
  private static final Pattern MODE = Pattern.compile("redis_mode:(\\w+)");
  private static final int LEAST_MAJOR = 6;
  private static final int LEAST_MINOR = 2;

  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");

  private final AtomicBoolean warned = new AtomicBoolean();
  private final Set<CommandType> refused = ConcurrentHashMap.newKeySet();
  private final String where;
  private final boolean cluster;
  private final Keyspace keys;
  private final Options options;

  public ServerCheck(Connections connections, Keyspace keys, Options options) {
    this.where = connections.toString();
    this.cluster = connections.cluster();
    this.keys = keys;
    this.options = options;
  }

  /**
   * Runs the checks.
   *
   * @throws StoreMisconfiguredException if the server can never serve
   * @throws RuntimeException if it cannot serve now
   */
  public void run(StatefulConnection<byte[], byte[]> connection) {
    checkServer(connection);
    checkScript(connection);
    if (cluster) {
      checkHashTags(connection);
    }
  }

  private void checkServer(StatefulConnection<byte[], byte[]> connection) {
    List<Object> reply =
        askIfKnown(
            connection,
            CommandType.INFO,
            Call.args(),
            "its version and its eviction policy are not checked; Redis 6.2 or later, or Valkey,"
                + " is required");
    String info = reply == null ? "" : text(reply);
    warnOfEviction(info);
    Matcher mode = MODE.matcher(info);
    if (mode.find() && !cluster && !mode.group(1).equals("standalone")) {
      throw mistake(
          mode.group(1).equals("cluster")
              ? "is a node of a cluster; connect in cluster mode"
              : "is a Sentinel; use a redis-sentinel:// URI");
    }
    Matcher version = VERSION.matcher(info);
    if (version.find()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR)) {
        throw mistake(
            "is Redis " + major + "." + minor + "; Redis 6.2 or later, or Valkey, is required");
      }
    }
  }

  private void warnOfEviction(String info) {
    String warning = aboutEviction(info);
    if (warning != null && warned.compareAndSet(false, true)) {
      LOG.atWarn()
          .addKeyValue("server", where)
          .addKeyValue("reason", warning)
          .log("{} {}", where, warning);
    }
  }

  /** Returns the warning for a server that may evict limits in use; null for another server. */
  public static @Nullable String aboutEviction(String info) {
    Matcher most = MAXMEMORY.matcher(info);
    Matcher policy = EVICTION.matcher(info);
    if (!most.find() || most.group(1).equals("0") || !policy.find()) {
      return null;
    }
    String name = policy.group(1);
    return name.equals("noeviction") || name.equals("volatile-ttl")
        ? null
        : "has maxmemory-policy "
            + name
            + ": when its memory is full it evicts usage, and the limits of these keys start over; set"
            + " noeviction or volatile-ttl";
  }

  /**
   * Reads the reply to {@code INFO memory}.
   *
   * @throws IllegalArgumentException if it does not tell how much memory is in use
   */
  public static StoreMemory memory(List<Object> reply) {
    String info = text(reply);
    Matcher used = USED_MEMORY.matcher(info);
    Matcher most = MAXMEMORY.matcher(info);
    if (!used.find() || !most.find()) {
      throw new IllegalArgumentException("no used_memory and maxmemory in the reply to INFO");
    }
    long max = Long.parseLong(most.group(1));
    return new StoreMemory(
        Long.parseLong(used.group(1)),
        max == 0 ? OptionalLong.empty() : OptionalLong.of(max),
        Optional.ofNullable(aboutEviction(info)));
  }

  /** Peeks at a key that no request uses. This writes nothing. */
  private void checkScript(StatefulConnection<byte[], byte[]> connection) {
    Request peek = new Request.Peek("probe", Policy.parse("test", "1/s"), 1);
    ScriptCall script =
        ScriptCall.of(List.of(new ScriptCall.Item(keys.probeKey(0), List.of(peek))), 0);
    byte[][] names = script.keys();
    CommandArgs<byte[], byte[]> args =
        Call.args().add(options.script()).add(names.length).addKeys(names).addValues(script.args());
    try {
      if (!cluster) {
        CommandArgs<byte[], byte[]> load = Call.args().add("LOAD").add(options.script());
        askIfKnown(
            connection,
            CommandType.SCRIPT,
            load,
            "the first call after a restart of the server is sent twice");
      }
      script.decisions(ask(connection, CommandType.EVAL, args));
    } catch (RedisCommandExecutionException e) {
      if (Errors.isOutage(e)) {
        throw e;
      }
      throw mistake("does not run the decision script: " + e.getMessage());
    }
  }

  private void checkHashTags(StatefulConnection<byte[], byte[]> connection) {
    byte[] key = keys.tagsKey();
    String tags = Integer.toString(keys.tags());
    byte[] value = tags.getBytes(StandardCharsets.US_ASCII);
    ask(connection, CommandType.SET, Call.args().addKey(key).addValue(value).add("NX"));
    String recorded = text(ask(connection, CommandType.GET, Call.args().addKey(key)));
    if (!recorded.equals(tags)) {
      throw mistake(
          "keeps the keys under prefix '"
              + options.prefix()
              + "' under "
              + recorded
              + " hash tags, and this store is set to "
              + tags
              + "; all processes must agree, so set hashTags("
              + recorded
              + ") or use another prefix");
    }
  }

  /**
   * Sends an optional command that proxies and hardened servers may refuse.
   *
   * @param lost what is missing then, for the log
   * @return null if it was refused
   */
  private @Nullable List<Object> askIfKnown(
      StatefulConnection<byte[], byte[]> connection,
      CommandType type,
      CommandArgs<byte[], byte[]> args,
      String lost) {
    try {
      return ask(connection, type, args);
    } catch (RedisCommandExecutionException e) {
      if (Errors.isOutage(e)) {
        throw e;
      }
      if (refused.add(type)) {
        LOG.atInfo()
            .addKeyValue("server", where)
            .addKeyValue("command", type)
            .addKeyValue("reason", e.getMessage())
            .log("{} refuses {}: {}; {}", where, type, e.getMessage(), lost);
      }
      return null;
    }
  }

  private StoreMisconfiguredException mistake(String text) {
    return new StoreMisconfiguredException(where + " " + text, false, null);
  }

  private List<Object> ask(
      StatefulConnection<byte[], byte[]> connection,
      CommandType type,
      CommandArgs<byte[], byte[]> args) {
    Call call = new Call(type, args);
    connection.dispatch(call);
    try {
      return call.get(Options.CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new StoreUnavailableException(where + " cannot be queried", false, e.getCause());
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(where + " does not answer", false, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(where + " was not queried", false, e);
    }
  }

  private static String text(List<Object> reply) {
    Object first = reply.isEmpty() ? null : reply.get(0);
    return first instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(first);
  }
}
