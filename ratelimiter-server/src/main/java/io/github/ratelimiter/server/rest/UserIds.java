package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.users.User;
import io.github.ratelimiter.server.users.Users;

/** Users as calls name them. */
public final class UserIds {
  private UserIds() {}

  /**
   * Returns an ID under which a user can be stored.
   *
   * @throws ProblemException if it cannot
   */
  public static String check(String id) {
    if (!Users.canKeep(id)) {
      throw ProblemException.badField(
          "user_id",
          "user_id: expected 1 to %d characters, without U+0000".formatted(Users.LONGEST_ID));
    }
    return id;
  }

  /**
   * Returns a user.
   *
   * @throws ProblemException if there is none
   */
  public static User find(Users users, String id) {
    return users
        .find(id)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        404, "There is no such user", "there is no user '%s'".formatted(id))));
  }
}
