package io.github.ratelimiter.server.security;

import java.security.SecureRandom;
import java.util.Base64;

/** A token that was just made. It is the only place that has the secret. Immutable. */
public final class NewToken {
  /** Makes tokens easy to find where they should not be. */
  private static final String PREFIX = "rls_";

  private static final int SECRET_BYTES = 32;

  private final String secret;
  private final AdminToken token;

  private NewToken(String secret, AdminToken token) {
    this.secret = secret;
    this.token = token;
  }

  /**
   * Makes a token with 256 random bits.
   *
   * @param name who is to use it
   * @param scope {@code read} or {@code write}
   * @throws IllegalArgumentException if the name or the scope is wrong
   */
  public static NewToken create(String name, String scope) {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new NewToken(
        secret, new AdminToken(name, AdminToken.scope(scope), SecretHash.of(secret)));
  }

  /** Returns what the caller of the service sends. */
  public String secret() {
    return secret;
  }

  /** Returns what the service needs to know, as its settings have it. It has no secret. */
  public String setting() {
    return token.text();
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "a new token of " + token.name();
  }
}
