package io.github.ratelimiter.server.check;

/** Notified of checks, on their threads. Must be thread-safe, and must neither block nor throw. */
public interface CheckListener {
  /** Ignores all checks. */
  CheckListener NONE =
      new CheckListener() {
        @Override
        public void checked(CheckedRequest request, CheckResult result) {}

        @Override
        public void failed(CheckedRequest request) {}
      };

  /** Notified of a check that was decided. Queries are none. */
  void checked(CheckedRequest request, CheckResult result);

  /** Notified of a check that ended with an exception. */
  void failed(CheckedRequest request);
}
