package io.github.ratelimiter.server.users;

import io.github.ratelimiter.rules.postgresql.RuleDatabaseException;
import io.github.ratelimiter.rules.postgresql.UserDatabase;
import io.github.ratelimiter.rules.postgresql.UserRecord;
import io.github.ratelimiter.rules.postgresql.UserWatch;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Users in PostgreSQL, which several instances share. */
public final class DatabaseUsers implements UserStore {
  private final UserDatabase database;
  private @Nullable UserWatch watch;

  /** Creates a store. Nothing is read yet. */
  public DatabaseUsers(UserDatabase database) {
    this.database = database;
  }

  private static <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuleDatabaseException e) {
      throw new UserStoreException("the PostgreSQL of users does not answer", e);
    }
  }

  @Override
  public Optional<User> find(String id) {
    return call(() -> database.find(id)).map(DatabaseUsers::user);
  }

  @Override
  public Optional<User> findOrCreate(String id) {
    return Optional.of(user(call(() -> database.findOrCreate(id))));
  }

  @Override
  public User save(String id, User.Settings settings, OptionalLong expected, String author) {
    return call(() -> database.save(id, settings.tier(), settings.limits(), expected, author, ""))
        .map(DatabaseUsers::user)
        .orElseThrow(
            () ->
                new UserConflictException(
                    id, expected.orElse(0), find(id).map(User::version).orElse(0L)));
  }

  @Override
  public boolean delete(String id, String author) {
    return call(() -> database.delete(id, author, ""));
  }

  @Override
  public Page list(long offset, int most) {
    return new Page(
        call(database::count),
        call(() -> database.list(offset, most)).stream().map(DatabaseUsers::user).toList());
  }

  private static User user(UserRecord row) {
    return new User(
        row.id(), row.tier(), row.limits(), row.createdAt(), row.updatedAt(), row.version());
  }

  @Override
  public void onChange(Consumer<String> changed) {
    watch = database.watch(changed);
  }

  @Override
  public String place() {
    return "postgresql";
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
