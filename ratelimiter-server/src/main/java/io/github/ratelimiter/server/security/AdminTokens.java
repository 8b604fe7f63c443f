package io.github.ratelimiter.server.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens that the service accepts. Immutable. */
public final class AdminTokens {
  private final List<AdminToken> tokens;

  private AdminTokens(List<AdminToken> tokens) {
    this.tokens = tokens;
  }

  /**
   * Reads tokens. Several may have the same name, so that a token can be replaced by a new one
   * without an interruption.
   *
   * @param settings each as {@link NewToken#setting} has it
   * @throws IllegalArgumentException if one cannot be read, or the hash is there twice; the message
   *     says which, and has nothing of it
   */
  public static AdminTokens of(List<String> settings) {
    List<AdminToken> tokens = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      try {
        AdminToken token = AdminToken.parse(settings.get(i).strip());
        if (tokens.stream().anyMatch(each -> each.hash().matches(token.hash()))) {
          throw new IllegalArgumentException("the same token is there twice");
        }
        tokens.add(token);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("token %d: %s".formatted(i + 1, e.getMessage()), e);
      }
    }
    return new AdminTokens(List.copyOf(tokens));
  }

  /** Returns whether there is none. */
  public boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** All tokens are compared, so the time tells nothing about them. */
  Optional<AdminToken> find(String secret) {
    SecretHash hash = SecretHash.of(secret);
    Optional<AdminToken> found = Optional.empty();
    for (AdminToken token : tokens) {
      if (token.hash().matches(hash)) {
        found = Optional.of(token);
      }
    }
    return found;
  }

  /** Returns the names. */
  @Override
  public String toString() {
    return "tokens of " + tokens.stream().map(AdminToken::name).distinct().toList();
  }
}
