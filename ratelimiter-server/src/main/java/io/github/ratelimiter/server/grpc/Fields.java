package io.github.ratelimiter.server.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Checks the fields of messages. A mistake becomes a status that names the field. */
final class Fields {
  private static final int LONGEST = 1_024;

  private Fields() {}

  static StatusRuntimeException mistake(String field, String message, Object... values) {
    return Status.INVALID_ARGUMENT
        .withDescription(field + ": " + message.formatted(values))
        .asRuntimeException();
  }

  /** Returns a text that may be missing, which an empty one is. */
  static Optional<String> optional(String field, String value) {
    if (value.length() > LONGEST) {
      throw mistake(field, "has %d characters, at most %d work", value.length(), LONGEST);
    }
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  static String required(String field, String value, String example) {
    return optional(field, value)
        .orElseThrow(() -> mistake(field, "is missing, for example %s", example));
  }

  static String path(String field, String value) {
    if (!value.startsWith("/")) {
      throw mistake(field, "found '%s', expected a path such as /api/orders", value);
    }
    return value;
  }

  static void count(String field, int found, int most) {
    if (found < 1 || found > most) {
      throw mistake(field, "found %d, expected 1 to %d", found, most);
    }
  }
}
