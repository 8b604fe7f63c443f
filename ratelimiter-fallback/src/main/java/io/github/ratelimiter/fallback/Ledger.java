package io.github.ratelimiter.fallback;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The accounts of all keys for which something was admitted without the store, at most so many. */
final class Ledger {
  private final ConcurrentMap<Name, Account> accounts = new ConcurrentHashMap<>();
  private final long maximumKeys;

  Ledger(long maximumKeys) {
    this.maximumKeys = maximumKeys;
  }

  boolean isEmpty() {
    return accounts.isEmpty();
  }

  @Nullable Account find(Name name) {
    return accounts.get(name);
  }

  Iterator<Map.Entry<Name, Account>> iterator() {
    return accounts.entrySet().iterator();
  }

  /**
   * Does something with the account of a key, under its lock. A ledger that is full hands out an
   * account that nobody keeps: the key is decided as it should, and the store does not hear of it.
   */
  <T> T with(Name name, Function<Account, T> action) {
    while (true) {
      Account account = accounts.get(name);
      if (account == null) {
        account =
            accounts.size() < maximumKeys
                ? accounts.computeIfAbsent(name, n -> new Account(true))
                : new Account(false);
      }
      synchronized (account) {
        if (!account.gone) {
          return action.apply(account);
        }
      }
    }
  }

  /** Requires the account's lock. */
  void remove(Name name, Account account) {
    account.gone = true;
    accounts.remove(name, account);
  }
}
