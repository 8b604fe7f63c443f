package io.github.ratelimiter.bench.process;

/** Runs something at the end of this process, unless it was closed before. */
public final class AtExit implements AutoCloseable {
  private final Thread hook;

  /** Registers the action. */
  public AtExit(Runnable action) {
    hook = new Thread(action);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Removes the action. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending.
    }
  }
}
