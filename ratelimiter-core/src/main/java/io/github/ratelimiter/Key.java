package io.github.ratelimiter;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A key of named parts, for keys that are made of values which clients choose. Immutable.
 *
 * <pre>{@code
 * Key key = Key.user("42").and(Key.endpoint("/pay"));
 * limiter.tryAcquire(key.text()); // user:42|endpoint:/pay
 * }</pre>
 *
 * <p>Two keys have the same text only if they have the same parts: {@code |} and {@code \} in a
 * value are escaped with {@code \}. So no value can spell a second part, and thereby another key.
 */
public final class Key {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final Key GLOBAL = new Key("global");

  private final String text;

  private Key(String text) {
    this.text = text;
  }

  /**
   * Returns the key of a user.
   *
   * @param id identifies the user
   * @return the key, for example {@code user:42}
   */
  public static Key user(String id) {
    return named("user", id);
  }

  /**
   * Returns the key of an API key. It contains the API key; use a keyed hash of it if the store may
   * not hold it.
   *
   * @param apiKey the API key or a hash of it
   * @return the key, for example {@code api-key:k7f3}
   */
  public static Key apiKey(String apiKey) {
    return named("api-key", apiKey);
  }

  /**
   * Returns the key of an address.
   *
   * @param address an address or a network in one canonical form, for example {@code
   *     IpAddress.parse(text).clientKey()}
   * @return the key, for example {@code ip:192.0.2.1} or {@code ip:2001:db8::/64}
   */
  public static Key ip(String address) {
    return named("ip", address);
  }

  /**
   * Returns the key of an endpoint.
   *
   * @param path the path or the template of the endpoint
   * @return the key, for example {@code endpoint:/pay}
   */
  public static Key endpoint(String path) {
    return named("endpoint", path);
  }

  /**
   * Returns the key that all callers share.
   *
   * @return {@code global}
   */
  public static Key global() {
    return GLOBAL;
  }

  /**
   * Returns a key with one part.
   *
   * @param name lower-case letters, digits, {@code -} and {@code _}; the first is a letter
   * @param value any text
   * @return the key, for example {@code tenant:7}
   * @throws IllegalArgumentException if the name is not of this form
   */
  public static Key of(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not the name of a part; use lower-case letters, digits, '-' and '_', and begin with a letter"
              .formatted(name));
    }
    return named(name, value);
  }

  /** Requires a name that is valid. */
  private static Key named(String name, String value) {
    Objects.requireNonNull(value, "value");
    boolean plain = value.indexOf('|') < 0 && value.indexOf('\\') < 0;
    return new Key(name + ":" + (plain ? value : value.replace("\\", "\\\\").replace("|", "\\|")));
  }

  /**
   * Returns a key with the parts of this key and of another one. The order matters.
   *
   * @param other the parts that follow
   * @return the key, for example {@code user:42|endpoint:/pay}
   */
  public Key and(Key other) {
    return new Key(text + "|" + other.text);
  }

  /**
   * Returns the key for a {@link RateLimiter}.
   *
   * @return the text, at least one character
   */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Key other && text.equals(other.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns {@link #text}. It may contain personal data. */
  @Override
  public String toString() {
    return text;
  }
}
