package io.github.ratelimiter.server.users;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Users in Redis: a hash {@code ratelimit:users:ID} for each, and their IDs in the sorted set
 * {@code ratelimit:users}, all with the score 0, so that they are in the order of their bytes. In a
 * cluster a user and the set are in different slots. So a user is stored before his ID, and removed
 * before it: an ID without a user is found when it is listed, and removed.
 */
public final class RedisUsers implements UserStore {
  private static final String INDEX = "ratelimit:users";
  private static final String CHANNEL = "ratelimit:users:changes";
  private static final String PREFIX = INDEX + ":";
  private static final String TIER = "tier";
  private static final String LIMIT = "limit:";
  private static final String ONLY_IF_MISSING = "new";
  private static final String SAVE = script();

  private final RedisAccess redis;
  private final Clock clock;

  /**
   * Creates a store. It connects when it is used first, and again when it was cut off.
   *
   * @param uri where Redis is; several nodes of a cluster are separated by commas
   * @param cluster whether it is a cluster
   */
  public RedisUsers(String uri, boolean cluster, Clock clock) {
    this.redis = new RedisAccess(uri, cluster, CHANNEL);
    this.clock = clock;
  }

  private static String script() {
    try (InputStream in = RedisUsers.class.getResourceAsStream("save-user.lua")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T call(Function<RedisClusterCommands<String, String>, T> call) {
    try {
      return call.apply(redis.commands());
    } catch (RedisException e) {
      throw new UserStoreException("the Redis of users does not answer", e);
    }
  }

  @Override
  public Optional<User> find(String id) {
    return call(commands -> user(id, commands.hgetall(PREFIX + id)));
  }

  @Override
  public Optional<User> findOrCreate(String id) {
    Optional<User> found = find(id);
    return found.isPresent() ? found : Optional.of(save(id, ONLY_IF_MISSING, Map.of()));
  }

  @Override
  public User save(String id, User.Settings settings, OptionalLong expected, String author) {
    Optional<User> before = find(id);
    boolean fits =
        expected.isEmpty() || before.map(User::version).orElse(0L) == expected.getAsLong();
    if (fits && before.filter(user -> user.settings().equals(settings)).isPresent()) {
      return before.get();
    }
    Map<String, String> fields = new HashMap<>();
    settings.tier().ifPresent(tier -> fields.put(TIER, tier));
    settings.limits().forEach((rule, limits) -> fields.put(LIMIT + rule, limits));
    String version = expected.isPresent() ? Long.toString(expected.getAsLong()) : "";
    User saved = save(id, version, fields);
    call(commands -> commands.publish(CHANNEL, id));
    return saved;
  }

  private User save(String id, String version, Map<String, String> fields) {
    List<String> args = new ArrayList<>();
    args.add(version);
    args.add(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant())));
    fields.forEach(
        (name, value) -> {
          args.add(name);
          args.add(value);
        });
    List<Object> answer =
        call(
            commands ->
                commands.eval(
                    SAVE,
                    ScriptOutputType.MULTI,
                    new String[] {PREFIX + id},
                    args.toArray(String[]::new)));
    if ((Long) answer.get(0) == 0) {
      throw new UserConflictException(
          id, Long.parseLong(version), Long.parseLong((String) answer.get(1)));
    }
    call(commands -> commands.zadd(INDEX, 0, id));
    return user(id, pairs((List<?>) answer.get(1))).orElseThrow();
  }

  private static Map<String, String> pairs(List<?> flat) {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      pairs.put((String) flat.get(i), (String) flat.get(i + 1));
    }
    return pairs;
  }

  /** A hash that somebody else has written may lack anything. */
  private static Optional<User> user(String id, Map<String, String> fields) {
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> limits = new HashMap<>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(LIMIT)) {
            limits.put(name.substring(LIMIT.length()), value);
          }
        });
    return Optional.of(
        new User(
            id,
            Optional.ofNullable(fields.get(TIER)),
            limits,
            instant(fields, "created_at"),
            instant(fields, "updated_at"),
            number(fields, "version")));
  }

  private static Instant instant(Map<String, String> fields, String name) {
    return Instant.EPOCH.plus(number(fields, name), ChronoUnit.MICROS);
  }

  private static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(fields.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public boolean delete(String id, String author) {
    boolean was = call(commands -> commands.del(PREFIX + id)) > 0;
    call(commands -> commands.zrem(INDEX, id));
    call(commands -> commands.publish(CHANNEL, id));
    return was;
  }

  @Override
  public Page list(long offset, int most) {
    List<String> ids = call(commands -> commands.zrange(INDEX, offset, offset + most - 1));
    List<User> users = new ArrayList<>();
    for (String id : ids) {
      Optional<User> user = find(id);
      user.ifPresent(users::add);
      if (user.isEmpty()) {
        call(commands -> commands.zrem(INDEX, id));
      }
    }
    return new Page(call(commands -> commands.zcard(INDEX)), users);
  }

  @Override
  public void onChange(Consumer<String> changed) {
    redis.subscribe(changed);
  }

  @Override
  public String place() {
    return "redis";
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public void close() {
    redis.close();
  }
}
