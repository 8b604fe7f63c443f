package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Policy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the store has to hear of one key: kept from the first decision that was made here until the
 * store was told. All fields are guarded by the account itself; nothing is waited for meanwhile.
 */
final class Account {
  /** A charge on its way to the store. */
  record Sending(CompletableFuture<Void> sent, CompletableFuture<Void> settled) {
    static final Sending NOTHING =
        new Sending(
            CompletableFuture.completedFuture(null), CompletableFuture.completedFuture(null));
  }

  /** Whether the ledger keeps it; an account that nobody keeps serves one call. */
  final boolean kept;

  /** Permits admitted here that the store certainly has not counted. */
  long admitted;

  /** Permits of which the store is being told. */
  long charging;

  /** Whether permits were admitted here that the store may have counted, or not. */
  boolean unsure;

  /** The policy that the last caller named. */
  @Nullable Policy policy;

  /** What it was decided by: a share of that policy, or the policy itself. */
  @Nullable Policy counted;

  /** Whether there is a state here, and what the store had said last when it began. */
  boolean begun;

  LastWords.@Nullable Word lastWord;

  /** Until when callers of this key are answered here, though the store is asked by others. */
  long hereUntil = Long.MIN_VALUE;

  @Nullable Sending sending;

  /** Whether another account may have taken its place. */
  boolean gone;

  Account(boolean kept) {
    this.kept = kept;
  }
}
