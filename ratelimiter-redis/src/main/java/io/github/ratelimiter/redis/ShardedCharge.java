package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.LimitStatus;
import io.github.ratelimiter.Decision.Outcome;
import io.github.ratelimiter.Limit;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.algorithm.Domain;
import io.github.ratelimiter.internal.Usage;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StoreDecision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A charge of a policy that is split. It reads how many permits each part can take, and charges the
 * parts so that the sum is that of the request. Permits that others take between the two steps are
 * missing from the charge.
 */
final class ShardedCharge {
  private final Request.Charge charge;
  private final List<Policy> parts;
  private final BiFunction<Request, Deadline, CompletionStage<Decision>> store;

  /**
   * Creates a charge.
   *
   * @param parts in any order; later ones take the remainder of the division
   * @param store decides on a part
   */
  ShardedCharge(
      Request.Charge charge,
      List<Policy> parts,
      BiFunction<Request, Deadline, CompletionStage<Decision>> store) {
    this.charge = charge;
    this.parts = parts;
    this.store = store;
  }

  CompletionStage<Decision> run(Deadline deadline) {
    return askAll(i -> new Request.Peek(charge.key(), parts.get(i), 1), deadline)
        .thenCompose(
            rooms -> {
              if (deadline.hasPassed()) {
                throw new StoreTimeoutException(
                    "not all parts of the limit were queried in time; no permits were taken",
                    false,
                    null);
              }
              return chargeAll(rooms, deadline);
            })
        .thenApply(this::sum);
  }

  private CompletableFuture<List<Decision>> chargeAll(List<Decision> rooms, Deadline deadline) {
    List<List<Long>> shares = new ArrayList<>();
    for (int limit = 0; limit < charge.permitsOfLimits().size(); limit++) {
      int of = limit;
      List<Long> room = rooms.stream().map(part -> room(part.limits().get(of))).toList();
      shares.add(shares(charge.permitsOfLimits().get(limit), room));
    }
    return askAll(
            i ->
                new Request.Charge(
                    charge.key(),
                    parts.get(i),
                    shares.stream().map(ofLimit -> ofLimit.get(i)).toList(),
                    charge.aheadMicros(),
                    charge.intoDebt()),
            deadline)
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    new StoreUnavailableException(
                        "not all parts of the limit were charged", true, error)));
  }

  /**
   * Returns how many permits a limit can count. A bucket also counts those that it refills until
   * the last turn.
   */
  private long room(LimitStatus status) {
    Limit limit = status.limit();
    long refilled = Usage.refilled(limit, Math.min(charge.aheadMicros(), Domain.LONGEST_WAIT));
    long most = limit.capacity() + (charge.intoDebt() ? limit.debt() : 0);
    return Math.max(most + refilled - Usage.permits(status), 0);
  }

  /**
   * Divides permits evenly, but never more than there is room for. The last in the order of room
   * takes the rest.
   */
  static List<Long> shares(long permits, List<Long> room) {
    Long[] shares = new Long[room.size()];
    long rest = permits;
    int left = shares.length;
    List<Integer> byRoom =
        IntStream.range(0, left).boxed().sorted(Comparator.comparing(room::get)).toList();
    for (int part : byRoom) {
      shares[part] = left == 1 ? rest : Math.min(room.get(part), rest / left);
      rest -= shares[part];
      left--;
    }
    return List.of(shares);
  }

  private CompletableFuture<List<Decision>> askAll(
      IntFunction<Request> request, Deadline deadline) {
    List<CompletableFuture<Decision>> answers =
        IntStream.range(0, parts.size())
            .mapToObj(i -> store.apply(request.apply(i), deadline).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
  }

  private Decision sum(List<Decision> answers) {
    int limits = charge.policy().limits().size();
    long[] remaining = new long[limits];
    long[] resetAfter = new long[limits];
    for (Decision answer : answers) {
      for (int i = 0; i < limits; i++) {
        LimitStatus status = answer.limits().get(i);
        remaining[i] += status.remaining();
        resetAfter[i] = Math.max(resetAfter[i], status.resetAfter().toNanos() / 1_000);
      }
    }
    int binding = 0;
    for (int i = 1; i < limits; i++) {
      binding = remaining[i] < remaining[binding] ? i : binding;
    }
    return StoreDecision.of(charge.policy(), Outcome.ALLOWED, binding, 0, remaining, resetAfter)
        .withUncounted(answers.stream().mapToLong(Decision::uncounted).sum())
        .withDrain(answers.stream().mapToLong(ShardedCharge::drainedMicros).max().orElse(0));
  }

  private static long drainedMicros(Decision answer) {
    return StoreDecision.of(answer).drainedMicros();
  }
}
