package io.github.ratelimiter.rules;

import java.util.Locale;
import java.util.Objects;

/**
 * A part of the key of a rule: what is counted. Immutable.
 *
 * @param kind what it is
 * @param name the name of the header, of the parameter or of the attribute; empty for other kinds
 */
public record KeyPart(Kind kind, String name) {
  /** The kinds of parts. */
  public enum Kind {
    /** The API key, else the user, else the address: who makes the request. */
    CLIENT,

    /** The authenticated user; the rule does not apply to anonymous requests. */
    USER,

    /** The API key; the rule does not apply to requests without a known one. */
    API_KEY,

    /** The address: IPv4 alone, IPv6 by its network. */
    IP,

    /** The tier. */
    TIER,

    /** The pattern of the rule that the path matches. */
    ENDPOINT,

    /** The method; {@code HEAD} counts as {@code GET}. */
    METHOD,

    /** A header: {@code header:X-Tenant}. */
    HEADER,

    /** A parameter of the query: {@code query:q}. */
    QUERY,

    /** An attribute that the application sets or resolves: {@code attribute:region}. */
    ATTRIBUTE,

    /** All requests share one key. */
    GLOBAL;

    /**
     * Returns whether the kind needs a name.
     *
     * @return true for a header, a parameter and an attribute
     */
    public boolean isNamed() {
      return this == HEADER || this == QUERY || this == ATTRIBUTE;
    }

    /** Returns whether the application decides how many values there are, and not the clients. */
    boolean isFewValued() {
      return this == TIER || this == ENDPOINT || this == METHOD || this == GLOBAL;
    }

    /**
     * Returns the name in files.
     *
     * @return for example {@code api-key}
     */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Throws {@link IllegalArgumentException} if a name is missing, or there is one too many. */
  public KeyPart {
    Objects.requireNonNull(kind, "kind");
    if (kind.isNamed() == name.isEmpty()) {
      throw new IllegalArgumentException(
          kind.isNamed()
              ? "the part '%s' needs a name, for example '%s:x'".formatted(kind.text(), kind.text())
              : "the part '%s' has no name; it is '%s'".formatted(kind.text(), name));
    }
  }

  /**
   * Creates a part without a name.
   *
   * @param kind what it is
   */
  public KeyPart(Kind kind) {
    this(kind, "");
  }

  /** Returns the text in files, for example {@code user} or {@code header:X-Tenant}. */
  @Override
  public String toString() {
    return name.isEmpty() ? kind.text() : kind.text() + ":" + name;
  }
}
