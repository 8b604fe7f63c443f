package io.github.ratelimiter.server.users;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Users in this process, which forgets them when it ends. */
public final class ProcessUsers implements UserStore {
  private static final int MOST_USERS = 1_000_000;

  private final ConcurrentSkipListMap<String, User> users = new ConcurrentSkipListMap<>();

  private final ReentrantLock changing = new ReentrantLock();

  /** The size of the map, which would count its entries. */
  private volatile int size;

  private final Clock clock;
  private final int most;

  /** Creates a store without users, for a million of them. */
  public ProcessUsers(Clock clock) {
    this(clock, MOST_USERS);
  }

  ProcessUsers(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  @Override
  public Optional<User> find(String id) {
    return Optional.ofNullable((@Nullable User) users.get(id));
  }

  @Override
  public Optional<User> findOrCreate(String id) {
    Optional<User> found = find(id);
    if (found.isPresent() || !hasRoom()) {
      return found;
    }
    return Optional.of(change(id, User.Settings.DEFAULTS, OptionalLong.empty(), true));
  }

  @Override
  public User save(String id, User.Settings settings, OptionalLong expected, String author) {
    if (!users.containsKey(id) && !hasRoom()) {
      throw new UserStoreException(
          "there are %d users, and this process keeps no more; keep them in Redis or PostgreSQL"
              .formatted(most));
    }
    return change(id, settings, expected, false);
  }

  private boolean hasRoom() {
    return size < most;
  }

  private User change(
      String id, User.Settings settings, OptionalLong expected, boolean onlyIfMissing) {
    changing.lock();
    try {
      User before = users.get(id);
      long version = before == null ? 0 : before.version();
      if (expected.isPresent() && expected.getAsLong() != version) {
        throw new UserConflictException(id, expected.getAsLong(), version);
      }
      if (before != null && (onlyIfMissing || before.settings().equals(settings))) {
        return before;
      }
      Instant now = clock.instant();
      User after =
          new User(
              id,
              settings.tier(),
              settings.limits(),
              before == null ? now : before.createdAt(),
              now,
              Math.max(version + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now)));
      users.put(id, after);
      size += before == null ? 1 : 0;
      return after;
    } finally {
      changing.unlock();
    }
  }

  @Override
  public boolean delete(String id, String author) {
    changing.lock();
    try {
      boolean was = users.remove(id) != null;
      size -= was ? 1 : 0;
      return was;
    } finally {
      changing.unlock();
    }
  }

  @Override
  public Page list(long offset, int most) {
    List<User> page = users.values().stream().skip(offset).limit(most).toList();
    return new Page(size, page);
  }

  /** Nobody else changes these users. */
  @Override
  public void onChange(Consumer<String> changed) {}

  @Override
  public String place() {
    return "process";
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public void close() {}
}
