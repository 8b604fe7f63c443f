package io.github.ratelimiter.server.security;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A token that the service accepts. The service has its hash only. Immutable.
 *
 * @param name who uses it: the author of changes
 * @param access what it may do, {@link Access#READ} or {@link Access#WRITE}
 * @param hash the hash of its secret
 */
record AdminToken(String name, Access access, SecretHash hash) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
  private static final int PARTS = 3;

  AdminToken {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of a token has 1 to 64 letters, digits and . _ @ -, for example 'alice'");
    }
    if (access == Access.PUBLIC) {
      throw new IllegalArgumentException("a token is for 'read' or for 'write'");
    }
  }

  /**
   * Reads a token as the settings have it: {@code alice:write:<hash>}.
   *
   * @throws IllegalArgumentException if it cannot be read; the message has nothing of the text
   */
  static AdminToken parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException(
          "expected NAME:SCOPE:HASH, for example alice:write:9f86d0...; 'new-token' prints one");
    }
    return new AdminToken(parts[0], scope(parts[1]), SecretHash.parse(parts[2]));
  }

  /**
   * Reads what a token may do.
   *
   * @throws IllegalArgumentException if the text is neither 'read' nor 'write'
   */
  static Access scope(String text) {
    return switch (text) {
      case "read" -> Access.READ;
      case "write" -> Access.WRITE;
      default -> throw new IllegalArgumentException("the scope must be 'read' or 'write'");
    };
  }

  /** Returns the text that {@link #parse} reads. */
  String text() {
    return "%s:%s:%s".formatted(name, access.name().toLowerCase(Locale.ROOT), hash.hex());
  }
}
