package io.github.ratelimiter.local;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.store.Acquirer;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whatever calls of several threads overlap, the answers are those of some order of the calls: of a
 * lock-free bucket, of a policy under its lock, and of keys that are added, dropped and replaced by
 * another version's meanwhile.
 */
class LinearizabilityTest {
  /** {@code -Dlincheck.thoroughness=20} makes it twenty times as many scenarios. */
  private static final int THOROUGHNESS = Integer.getInteger("lincheck.thoroughness", 1);

  @Test
  @DisplayName("a bucket in a word: model checked")
  void wordModelChecked() {
    modelChecking().check(Word.class);
  }

  @Test
  @DisplayName("a bucket in a word: stressed")
  void wordStressed() {
    stress().check(Word.class);
  }

  @Test
  @DisplayName("several limits under a lock: model checked")
  void stateModelChecked() {
    modelChecking().check(Several.class);
  }

  @Test
  @DisplayName("several limits under a lock: stressed")
  void stateStressed() {
    stress().check(Several.class);
  }

  @Test
  @DisplayName("a policy that changes under the callers: model checked")
  void versionsModelChecked() {
    modelChecking().check(Versions.class);
  }

  @Test
  @DisplayName("a policy that changes under the callers: stressed")
  void versionsStressed() {
    stress().check(Versions.class);
  }

  private static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .iterations(2 * THOROUGHNESS)
        .invocationsPerIteration(25)
        .loopBound(1_000)
        .threads(2)
        .actorsPerThread(3);
  }

  private static StressOptions stress() {
    return new StressOptions().iterations(3 * THOROUGHNESS).invocationsPerIteration(200).threads(3);
  }

  /** The operations; time stands still, so that the order of calls is all that can differ. */
  @Param(name = "permits", gen = IntGen.class, conf = "1:3")
  @Param(name = "key", gen = IntGen.class, conf = "0:1")
  public abstract static class Calls {
    private static final long NOW = 1_767_225_600_000_000L;

    final LocalStateStore store =
        LocalStateStore.builder().maximumKeys(1_000).timeSource(() -> NOW).build();

    private final @Nullable Acquirer first = store.acquirer("k0", policy());
    private final @Nullable Acquirer second = store.acquirer("k1", policy());

    abstract Policy policy();

    private String decide(Request request) {
      return store.tryDecide(request).toString();
    }

    @Operation
    public String acquire(@Param(name = "key") int key, @Param(name = "permits") int permits) {
      return decide(new Request.Acquire("k" + key, policy(), permits));
    }

    @Operation
    public String acquireBound(@Param(name = "key") int key, @Param(name = "permits") int permits) {
      Acquirer acquirer = key == 0 ? first : second;
      return acquirer == null
          ? acquire(key, permits)
          : String.valueOf(acquirer.tryAcquire(permits));
    }

    @Operation
    public String peek(@Param(name = "key") int key, @Param(name = "permits") int permits) {
      return decide(new Request.Peek("k" + key, policy(), permits));
    }

    @Operation
    public String refund(@Param(name = "key") int key, @Param(name = "permits") int permits) {
      return decide(new Request.Refund("k" + key, policy(), permits));
    }

    @Operation
    public String acquireBoth(@Param(name = "key") int key, @Param(name = "permits") int permits) {
      JointRequest.Part one = part("k" + key, permits, false);
      JointRequest.Part other = part("k" + (1 - key), 1, false);
      return store.tryDecideAll(new JointRequest(List.of(one, other))).toString();
    }

    @Operation
    public String acquireObserved(@Param(name = "key") int key) {
      JointRequest.Part one = part("k" + key, 2, true);
      JointRequest.Part other = part("k" + (1 - key), 1, false);
      return store.tryDecideAll(new JointRequest(List.of(one, other))).toString();
    }

    private JointRequest.Part part(String key, int permits, boolean observed) {
      return new JointRequest.Part(new Request.Acquire(key, policy(), permits), observed);
    }

    @Operation
    public String reset(@Param(name = "key") int key) {
      return decide(new Request.Reset("k" + key, policy()));
    }
  }

  public static class Word extends Calls {
    private static final Policy POLICY = Policy.parse("test", "5/h");

    @Override
    Policy policy() {
      return POLICY;
    }

    @Operation
    public void sweep() {
      store.sweep();
    }
  }

  public static class Several extends Calls {
    private static final Policy POLICY = Policy.parse("test", "5/h; sliding-log 4/h");

    @Override
    Policy policy() {
      return POLICY;
    }

    @Operation
    public void sweep() {
      store.sweep();
    }
  }

  public static class Versions extends Calls {
    private static final Policy FIRST = Policy.parse("test", "5/h");
    private static final Policy SECOND = Policy.parse("test", "7/h");

    @Override
    Policy policy() {
      return FIRST;
    }

    @Operation
    public String acquireOther(@Param(name = "permits") int permits) {
      return store.tryDecide(new Request.Acquire("k0", SECOND, permits)).toString();
    }
  }
}
