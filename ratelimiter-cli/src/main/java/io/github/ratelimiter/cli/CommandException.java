package io.github.ratelimiter.cli.replay;

import java.io.Serial;

/** What stops a replay and is the caller's to mend: the message is one line for people. */
final class ReplayException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  ReplayException(String message) {
    super(message);
  }
}
