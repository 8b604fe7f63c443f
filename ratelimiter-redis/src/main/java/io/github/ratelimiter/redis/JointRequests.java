package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.redis.script.JointCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Joint requests, in order. */
final class JointRequests implements BatchContent {
  private final List<PendingJoint> pending;
  private final Wire wire;
  private final JointCall call;

  /**
   * Creates the content of a batch.
   *
   * @param pending requests with all their keys under one hash tag
   */
  JointRequests(List<PendingJoint> pending, Wire wire) {
    this.pending = pending;
    this.wire = wire;
    this.call = JointCall.of(pending.stream().map(this::joint).toList(), wire.skew().nowMicros());
  }

  private JointCall.Joint joint(PendingJoint one) {
    List<byte[]> stateKeys = new ArrayList<>(one.keys());
    one.request().parts().forEach(part -> stateKeys.add(wire.keys().stateKey(part.request())));
    return new JointCall.Joint(one.request(), stateKeys);
  }

  @Override
  public JointCall call() {
    return call;
  }

  @Override
  public void forEach(Consumer<Pending<?>> action) {
    pending.forEach(action);
  }

  @Override
  public int size() {
    return pending.size();
  }

  @Override
  public void complete(List<Object> reply) {
    List<@Nullable List<Decision>> decisions;
    try {
      decisions = call.decisions(reply);
    } catch (RuntimeException e) {
      RuntimeException failure =
          wire.errors().mistake("a reply cannot be read: " + e.getMessage(), true, e);
      pending.forEach(one -> one.completeExceptionally(failure));
      return;
    }
    for (int i = 0; i < pending.size(); i++) {
      List<Decision> some = decisions.get(i);
      if (some != null) {
        pending.get(i).complete(some);
      } else {
        RuntimeException why = call.unreadable(reply, i);
        pending
            .get(i)
            .completeExceptionally(
                wire.errors().mistake(String.valueOf(why.getMessage()), false, why));
      }
    }
  }

  @Override
  public List<BatchContent> split() {
    List<BatchContent> parts = new ArrayList<>();
    pending.forEach(one -> parts.add(new JointRequests(List.of(one), wire)));
    return parts;
  }
}
