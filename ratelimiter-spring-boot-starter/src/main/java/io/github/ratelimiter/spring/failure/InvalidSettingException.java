package io.github.ratelimiter.spring.failure;

import java.io.Serial;

/** Thrown at the start of an application if a setting cannot work. */
public final class InvalidSettingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String action;

  private InvalidSettingException(String description, String action) {
    super(description);
    this.action = action;
  }

  /**
   * Returns an exception about the value of a property.
   *
   * @param property its name
   * @param value what it is
   * @param reason why it cannot work
   * @param action what would work
   * @return an exception
   */
  public static InvalidSettingException ofProperty(
      String property, Object value, String reason, String action) {
    return new InvalidSettingException(
        "The property %s is '%s': %s".formatted(property, value, reason), action);
  }

  /**
   * Returns an exception about something else than a property.
   *
   * @param description what cannot work, and why
   * @param action what would work
   * @return an exception
   */
  public static InvalidSettingException of(String description, String action) {
    return new InvalidSettingException(description, action);
  }

  String action() {
    return action;
  }
}
