package io.github.ratelimiter.server.users;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Keeps users. Thread-safe. Each method may block, and throws {@link UserStoreException}. */
public interface UserStore extends AutoCloseable {
  /**
   * Some of the users.
   *
   * @param total how many users there are
   * @param users those of the page, in the order of their IDs
   */
  record Page(long total, List<User> users) {}

  /** Returns a user. */
  Optional<User> find(String id);

  /**
   * Returns a user, who is stored with the defaults if there is none.
   *
   * @return empty if the store has no room for him
   */
  Optional<User> findOrCreate(String id);

  /**
   * Stores a user, or changes him.
   *
   * @param expected the version that he must have; 0 if he must not be there; empty for any
   * @param author who changes him
   * @throws UserConflictException if he has another version
   */
  User save(String id, User.Settings settings, OptionalLong expected, String author);

  /** Removes a user, and returns whether he was there. */
  boolean delete(String id, String author);

  /** Returns users. The first are at offset 0. */
  Page list(long offset, int most);

  /** Notifies of users that any instance has changed, as far as that is known. Does not block. */
  void onChange(Consumer<String> changed);

  /** Returns where users are kept: {@code process}, {@code redis} or {@code postgresql}. */
  String place();

  /** Returns whether a call waits for another process. */
  boolean isRemote();

  @Override
  void close();
}
