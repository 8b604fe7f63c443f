package io.github.ratelimiter.store;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * A number that a store keeps about itself, for metrics. Immutable. Reading it takes neither I/O
 * nor a lock that a decision takes.
 *
 * @param name in lower case with dots, for example {@code local.keys}
 * @param kind how the number changes
 * @param unit the base unit in the plural, for example {@code seconds}; empty for a plain count
 * @param description one sentence for people
 * @param value returns the number; {@link Double#NaN} if it is not known. It is called by several
 *     threads. If it throws an exception, or a counter is below 0, {@code NaN} is shown
 */
public record StoreMeter(
    String name, Kind kind, String unit, String description, DoubleSupplier value) {
  /** How a number changes. */
  public enum Kind {
    /** It goes up and down. */
    GAUGE,

    /** It only grows, and begins at 0 when the store is created. */
    COUNTER
  }

  /** Checks the arguments. */
  public StoreMeter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(value, "value");
  }

  /**
   * Returns a plain number that goes up and down.
   *
   * @param name the name
   * @param description one sentence for people
   * @param value returns the number
   * @return the meter
   */
  public static StoreMeter gauge(String name, String description, DoubleSupplier value) {
    return new StoreMeter(name, Kind.GAUGE, "", description, value);
  }

  /**
   * Returns a plain number that only grows.
   *
   * @param name the name
   * @param description one sentence for people
   * @param value returns the number
   * @return the meter
   */
  public static StoreMeter counter(String name, String description, DoubleSupplier value) {
    return new StoreMeter(name, Kind.COUNTER, "", description, value);
  }
}
