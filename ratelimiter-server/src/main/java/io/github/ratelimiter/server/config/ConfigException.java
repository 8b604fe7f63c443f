package io.github.ratelimiter.server.config;

/** The settings have a mistake. The message is for the person who made it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  public ConfigException(String message) {
    super(message);
  }
}
