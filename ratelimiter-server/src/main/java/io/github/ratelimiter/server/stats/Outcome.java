package io.github.ratelimiter.server.stats;

/** How a check ended. */
enum Outcome {
  ALLOWED,

  /** By a limit, a ban or the list of denied clients. */
  REJECTED,

  /** The limits could not decide, and the request was refused for that. */
  ERROR
}
