package io.github.ratelimiter.rules.file;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when rules cannot be read. It has all mistakes, up to a thousand, and its message has the
 * first twenty.
 */
public final class RuleFileException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 20;

  private final transient List<Mistake> mistakes;

  RuleFileException(String source, List<Mistake> mistakes) {
    super(message(source, mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  private static String message(String source, List<Mistake> mistakes) {
    int more = mistakes.size() - MOST_SHOWN;
    return mistakes.stream()
        .limit(MOST_SHOWN)
        .map(mistake -> "\n  " + mistake)
        .collect(
            Collectors.joining(
                "",
                mistakes.size() == 1
                    ? source + " has a mistake:"
                    : "%s has %d mistakes:".formatted(source, mistakes.size()),
                more > 0 ? "\n  and %d more".formatted(more) : ""));
  }

  /**
   * Returns the mistakes.
   *
   * @return at least one: those in the file by position, then those in environment variables
   */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
