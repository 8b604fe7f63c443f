package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides a joint request whose keys cannot be decided in one atomic step. The parts are divided
 * into groups. The permits of all groups are held at the same time. If one group refuses or fails,
 * the permits of the others are released, and the caller does not wait for the release.
 *
 * <p>Permits that are held count as used until they are released. So no limit is exceeded, but a
 * concurrent call may be refused although an atomic step would have allowed it.
 */
public final class HoldAndRelease {
  private final StateStore store;
  private final JointRequest request;
  private final List<List<Integer>> groups;
  private final Group decider;
  private final TimeSource time;

  /** Decides the parts of one group. */
  @FunctionalInterface
  public interface Group {
    /**
     * Holds the permits of all parts that are not observed, or none.
     *
     * @param group the parts of the group; each is a {@link Request.Hold}, except that a single
     *     group is passed the request unchanged
     * @param deadline the deadline
     * @return a stage that completes with a decision for each part, or with a failure
     */
    CompletionStage<List<Decision>> decide(JointRequest group, Deadline deadline);
  }

  private HoldAndRelease(
      StateStore store,
      JointRequest request,
      List<List<Integer>> groups,
      Group decider,
      TimeSource time) {
    this.time = time;
    this.store = store;
    this.request = request;
    this.groups = groups;
    this.decider = decider;
  }

  /**
   * Decides with each part in a group of its own.
   *
   * @param store decides the parts
   * @param request the request
   * @param deadline the deadline
   * @return a stage that completes with a decision for each part, or with a failure
   */
  static CompletionStage<List<Decision>> decide(
      StateStore store, JointRequest request, Deadline deadline) {
    List<List<Integer>> groups =
        IntStream.range(0, request.parts().size()).mapToObj(List::of).toList();
    return decide(
        store,
        request,
        groups,
        (group, until) -> StateStore.ask(store, group.request(0), () -> until).thenApply(List::of),
        deadline);
  }

  /**
   * Decides in groups.
   *
   * @param store releases permits
   * @param request the request
   * @param groups the positions of the parts of each group; together, all positions
   * @param decider decides a group
   * @param deadline the deadline
   * @return a stage that completes with a decision for each part, or with a failure
   */
  public static CompletionStage<List<Decision>> decide(
      StateStore store,
      JointRequest request,
      List<List<Integer>> groups,
      Group decider,
      Deadline deadline) {
    return groups.size() == 1
        ? decider.decide(request, deadline)
        : new HoldAndRelease(store, request, groups, decider, deadline.timeSource())
            .decide(deadline);
  }

  private CompletableFuture<List<Decision>> decide(Deadline deadline) {
    List<CompletableFuture<List<Decision>>> answers = new ArrayList<>();
    for (List<Integer> group : groups) {
      JointRequest holds =
          new JointRequest(group.stream().map(part -> hold(request.parts().get(part))).toList());
      answers.add(decider.decide(holds, deadline).toCompletableFuture());
    }
    // Each failure is kept in its own future, so that the permits of the other groups are released.
    CompletableFuture<?>[] all = answers.toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all).handle((done, failure) -> settle(answers, failure));
  }

  private static JointRequest.Part hold(JointRequest.Part part) {
    return part.request() instanceof Request.Acquire one
        ? new JointRequest.Part(
            new Request.Hold(one.key(), one.policy(), one.permits()), part.observed())
        : part;
  }

  private List<Decision> settle(
      List<CompletableFuture<List<Decision>>> answers, @Nullable Throwable failure) {
    @Nullable Decision[] decisions = new Decision[request.parts().size()];
    boolean[] held = new boolean[decisions.length];
    for (int i = 0; i < answers.size(); i++) {
      if (!answers.get(i).isCompletedExceptionally()) {
        take(groups.get(i), answers.get(i).join(), decisions, held);
      }
    }
    if (failure != null) {
      release(decisions, held);
      throw failure instanceof CompletionException e ? e : new CompletionException(failure);
    }
    @SuppressWarnings("NullAway") // All groups have answered.
    List<Decision> all = Arrays.asList(decisions);
    return request.isGrantedBy(all) ? List.copyOf(all) : release(decisions, held);
  }

  /** Notes the decisions of a group, and whether their permits are held. */
  private void take(
      List<Integer> group, List<Decision> of, @Nullable Decision[] decisions, boolean[] held) {
    boolean granted = true;
    for (int i = 0; i < group.size(); i++) {
      decisions[group.get(i)] = of.get(i);
      granted &= of.get(i).allowed() || request.parts().get(group.get(i)).observed();
    }
    for (int part : group) {
      Decision decision = decisions[part];
      held[part] = granted && decision != null && decision.allowed();
    }
  }

  private List<Decision> release(@Nullable Decision[] decisions, boolean[] held) {
    List<Decision> released = new ArrayList<>();
    for (int i = 0; i < decisions.length; i++) {
      Decision decision = decisions[i];
      if (decision == null) {
        continue;
      }
      released.add(held[i] ? release(request.request(i), StoreDecision.of(decision)) : decision);
    }
    return List.copyOf(released);
  }

  /** Returns the permits of a part. Nobody waits for it, and a failure leaves them used. */
  private Decision release(Request held, StoreDecision decision) {
    Request back = Request.returning(held, held.permits(), decision);
    Deadline noHurry = Deadline.after(store.timeout(), time);
    var unused = StateStore.ask(store, back, () -> noHurry);
    return decision.withoutGrant().withMoreRemaining(held.permits());
  }
}
