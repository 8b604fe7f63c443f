package io.github.ratelimiter.observe;

import io.github.ratelimiter.CallObserver;
import io.github.ratelimiter.DecisionEvent;
import io.github.ratelimiter.DecisionListener;
import io.github.ratelimiter.internal.Listeners;
import io.github.ratelimiter.threads.LibraryExecutor;
import io.github.ratelimiter.threads.Mailbox;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies another listener in the background, so that one that is slow or blocks delays no call.
 * The listener is notified of one decision at a time, in the order in which the calls ended. While
 * 10,000 decisions wait for it, further ones are dropped; they are counted, and a message is
 * logged. Thread-safe.
 *
 * <p>What an exception of the listener does is what {@link CallObserver} says.
 */
public final class BackgroundListener implements DecisionListener {
  private static final Logger LOG = LoggerFactory.getLogger(CallObserver.class);
  private static final int MOST_WAITING = 10_000;

  private final DecisionListener listener;
  private final Listeners<DecisionListener> guarded = new Listeners<>(LOG);
  private final Mailbox mailbox;

  private BackgroundListener(DecisionListener listener, Executor executor) {
    this.listener = listener;
    this.mailbox = new Mailbox(executor, MOST_WAITING, LOG, "decisions for a listener");
    guarded.add(listener);
  }

  /**
   * Returns a listener that notifies another one on the library's own executor.
   *
   * @param listener may be slow, and may block
   * @return a new listener
   */
  public static BackgroundListener of(DecisionListener listener) {
    return of(listener, LibraryExecutor.shared());
  }

  /**
   * Returns a listener that notifies another one on an executor.
   *
   * @param listener may be slow, and may block
   * @param executor runs one task at a time, which notifies the listener of the decisions that
   *     wait; the library's own executor runs a task that it rejects
   * @return a new listener
   */
  public static BackgroundListener of(DecisionListener listener, Executor executor) {
    return new BackgroundListener(listener, executor);
  }

  @Override
  public void onDecision(DecisionEvent event) {
    mailbox.offer(() -> guarded.notify(each -> each.onDecision(event)));
  }

  /**
   * Returns the number of decisions that were dropped because the listener was slow.
   *
   * @return the number since this listener was created
   */
  public long dropped() {
    return mailbox.dropped();
  }

  @Override
  public String toString() {
    return "in the background: " + listener;
  }
}
