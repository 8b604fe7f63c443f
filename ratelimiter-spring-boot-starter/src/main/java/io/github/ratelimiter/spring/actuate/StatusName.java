package io.github.ratelimiter.spring.actuate;

import io.github.ratelimiter.Status;
import java.util.Locale;

/** The names of the states of a store. */
final class StatusName {
  private StatusName() {}

  /** Returns for example {@code ready}. */
  static String of(Status status) {
    return status.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
