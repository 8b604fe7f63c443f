package io.github.ratelimiter.server.grpc;

import java.time.Duration;
import java.util.Optional;

/** What users have used. Implementations must be thread-safe. */
@FunctionalInterface
public interface UserStats {
  /**
   * The use of one user.
   *
   * @param total the requests
   * @param allowed those that were allowed
   * @param rejected those that were refused
   * @param limit the limit that binds now; 0 if there is none
   * @param remaining what remains of it
   */
  record Use(long total, long allowed, long rejected, long limit, long remaining) {}

  /**
   * Returns the use of a user. May block.
   *
   * @param user the ID of the user
   * @param window the length of time before now
   * @return empty if nothing is known of the user
   */
  Optional<Use> of(String user, Duration window);
}
