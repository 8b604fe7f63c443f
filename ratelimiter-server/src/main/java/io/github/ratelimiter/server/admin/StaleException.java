package io.github.ratelimiter.server.admin;

/** Thrown for a change that is based on something else than what there is. */
public final class StaleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long revision;

  StaleException(String message, long revision) {
    super(message, null, false, false);
    this.revision = revision;
  }

  /** Returns the revision that there is. */
  public long revision() {
    return revision;
  }
}
