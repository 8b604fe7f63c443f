package io.github.ratelimiter.server.admin;

import java.util.List;

/** Thrown for rules that cannot be read. It has all mistakes. */
public final class BadFormException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<FormMistake> mistakes;

  BadFormException(List<FormMistake> mistakes) {
    super(mistakes.toString(), null, false, false);
    this.mistakes = List.copyOf(mistakes);
  }

  static BadFormException of(String field, String problem) {
    return new BadFormException(List.of(new FormMistake(field, problem)));
  }

  /** Returns the mistakes. */
  public List<FormMistake> mistakes() {
    return mistakes;
  }
}
