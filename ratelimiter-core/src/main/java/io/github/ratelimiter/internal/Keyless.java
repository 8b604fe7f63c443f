package io.github.ratelimiter.internal;

import io.github.ratelimiter.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions as logs and traces show them: without messages that may contain a key. {@link
 * NumberFormatException}, for example, quotes what it cannot parse. The messages of {@link
 * StoreException}s do not contain keys.
 */
public final class Keyless extends Throwable {
  private static final long serialVersionUID = 1L;

  /** Causes beyond this number are left out. A cause may have itself as a cause. */
  private static final int MOST_CAUSES = 10;

  private Keyless(Throwable e, @Nullable Throwable cause) {
    super(type(e), cause, false, true);
    setStackTrace(e.getStackTrace());
  }

  private static String type(Throwable e) {
    String message = e instanceof StoreException ? e.getMessage() : null;
    return message == null ? e.getClass().getName() : e.getClass().getName() + ": " + message;
  }

  /** Returns the types and the stacks of an exception and of its causes. */
  public static Throwable stack(Throwable e) {
    return stack(e, MOST_CAUSES);
  }

  private static Throwable stack(Throwable e, int mostCauses) {
    Throwable cause = mostCauses == 0 ? null : e.getCause();
    return new Keyless(e, cause == null ? null : stack(cause, mostCauses - 1));
  }

  /** Returns the simple name of an exception, and the message of a {@link StoreException}. */
  public static String text(Throwable e) {
    String message = e instanceof StoreException ? e.getMessage() : null;
    String type = e.getClass().getSimpleName();
    return message == null ? type : type + ": " + message;
  }

  /** Returns the type of the exception that this one stands for. */
  @Override
  public String toString() {
    return String.valueOf(getMessage());
  }
}
