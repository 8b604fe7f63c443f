package io.github.ratelimiter.bench.load;

import java.io.Serial;

/** What stops a load and is the caller's to mend: the message is one line for people. */
final class LoadException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  LoadException(String message) {
    super(message);
  }
}
