package io.github.ratelimiter.internal;

import io.github.ratelimiter.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * An exception as logs show it: without a message that may contain a key. {@link
 * NumberFormatException}, for example, quotes what it cannot parse. The messages of {@link
 * StoreException}s do not contain keys. Its own message is the type of the exception that it stands
 * for.
 */
public final class Keyless extends Throwable {
  private static final long serialVersionUID = 1L;

  /** Causes beyond this number are left out. A cause may have itself as a cause. */
  private static final int MOST_CAUSES = 10;

  private Keyless(Throwable e, @Nullable Throwable cause) {
    super(text(e.getClass().getName(), e), cause, false, true);
    setStackTrace(e.getStackTrace());
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
    return text(e.getClass().getSimpleName(), e);
  }

  private static String text(String type, Throwable e) {
    String message = e instanceof StoreException ? e.getMessage() : null;
    return message == null ? type : type + ": " + message;
  }
}
