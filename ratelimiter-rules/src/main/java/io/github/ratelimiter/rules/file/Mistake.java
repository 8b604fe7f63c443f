package io.github.ratelimiter.rules.file;

/**
 * A mistake in a rule file. Immutable.
 *
 * @param place where it is
 * @param problem what was found, and what would be right
 */
public record Mistake(Place place, String problem) {
  /** Where a mistake is. */
  public sealed interface Place {
    /**
     * Returns the place for people.
     *
     * @return for example {@code line 3, column 5}
     */
    String text();
  }

  /**
   * A position in the text of the file.
   *
   * @param line counts from 1
   * @param column counts characters from 1
   */
  public record Position(int line, int column) implements Place {
    @Override
    public String text() {
      return "line %d, column %d".formatted(line, column);
    }
  }

  /**
   * An environment variable that overrides a value of the file.
   *
   * @param name its name
   */
  public record Variable(String name) implements Place {
    @Override
    public String text() {
      return "environment variable " + name;
    }
  }

  /** The file itself, for example because it cannot be read. */
  public record WholeFile() implements Place {
    @Override
    public String text() {
      return "file";
    }
  }

  /**
   * Returns one line for people.
   *
   * @return for example {@code line 3, column 5: unknown name 'limit'; did you mean 'limits'?}
   */
  @Override
  public String toString() {
    return place.text() + ": " + problem;
  }
}
