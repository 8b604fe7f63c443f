package io.github.ratelimiter.server.admin;

import io.github.ratelimiter.rules.Rules;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sets all rules into shadow: for the fleet, as the database says, or for this instance alone. They
 * are in shadow if one of the two is so. Thread-safe.
 */
public final class KillSwitch {
  private final Rules rules;
  private final Lock lock = new ReentrantLock();
  private boolean fleet;
  private boolean instance;

  /** Creates a switch for rules that are enforced. */
  public KillSwitch(Rules rules) {
    this.rules = rules;
  }

  /** Says what holds for all instances. */
  public void fleet(boolean shadowed) {
    lock.lock();
    try {
      fleet = shadowed;
      apply();
    } finally {
      lock.unlock();
    }
  }

  /** Says what holds for this instance alone. */
  public void instance(boolean shadowed) {
    lock.lock();
    try {
      instance = shadowed;
      apply();
    } finally {
      lock.unlock();
    }
  }

  private void apply() {
    boolean shadowed = fleet || instance;
    if (rules.isShadowed() != shadowed) {
      rules.shadowAll(shadowed);
    }
  }

  /** Returns whether all rules are in shadow here. */
  public boolean isShadowed() {
    return rules.isShadowed();
  }
}
