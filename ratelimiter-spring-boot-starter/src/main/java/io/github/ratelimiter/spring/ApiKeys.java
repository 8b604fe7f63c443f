package io.github.ratelimiter.spring;

/**
 * The API keys that an application has issued. A limit with the key {@code api-key} needs a bean of
 * this type, because a client could otherwise invent an API key for each request. Thread-safe.
 */
@FunctionalInterface
public interface ApiKeys {
  /**
   * Returns whether an API key is valid. It is called for each request and must not block.
   *
   * @param apiKey what the client sent
   * @return false if the client is counted by the next one of its keys
   */
  boolean isKnown(String apiKey);
}
