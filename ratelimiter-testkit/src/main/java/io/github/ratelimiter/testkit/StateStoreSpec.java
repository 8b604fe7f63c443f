package io.github.ratelimiter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.Status;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.KeyState;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JUnit tests that every {@link StateStore} must pass. To test a store, extend this class and open
 * the store on the given clock:
 *
 * <pre>{@code
 * class MyStoreTest extends StateStoreSpec {
 *   @Override
 *   protected StateStore open(ManualTimeSource clock) {
 *     return new MyStore(clock);
 *   }
 * }
 * }</pre>
 *
 * <p>Some tests are examples. One test makes random requests under random policies: the decisions
 * of the store and of the reference, {@link KeyState}, must be equal.
 */
public abstract class StateStoreSpec extends JointSpec {
  /** For subclasses. */
  protected StateStoreSpec() {}

  /**
   * Opens a store without keys.
   *
   * @param clock the clock of the store's decisions
   * @return the store; it is closed after the test
   */
  @Override
  protected abstract StateStore open(ManualTimeSource clock);

  /**
   * Returns the number of random requests for each seed. Default: 2,000.
   *
   * @return the number of requests
   */
  protected int randomRequests() {
    return 2_000;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("random requests are decided like the reference decides them")
  final void agreesWithTheReference(long seed) {
    RandomRequests random = new RandomRequests(seed);
    Map<String, KeyState> reference = new HashMap<>();
    for (int i = 0; i < randomRequests(); i++) {
      clock.set(random.nextInstant(clock.nowMicros()));
      Request request = random.nextRequest();
      String state = request.policy().name() + " " + request.key();
      KeyState key = reference.computeIfAbsent(state, k -> new KeyState(request.policy()));
      Decision expected = key.decide(request, clock.nowMicros());
      Way way = i % 2 == 0 ? Way.NOW_OR_LATER : Way.FOR_KEY;
      Decision decision = decide(way, request);
      assertThat(decision).as("seed %s, request %s: %s", seed, i, request).isEqualTo(expected);
      random.heard(request, decision);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"100/h", "fixed-window 100/h", "sliding-log 100/h", "100/h; sliding-window 100/h"})
  @DisplayName("simultaneous callers together get exactly the limit")
  final void concurrentCallers(String text) throws Exception {
    Policy policy = Policy.parse("test", text);
    AtomicLong granted = new AtomicLong();
    int callers = 8;
    ExecutorService executor = Executors.newFixedThreadPool(callers);
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        Way way = Way.values()[caller % Way.values().length];
        calls.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < 125; i++) {
                    if (decide(way, new Request.Acquire("hot", policy, 1)).allowed()) {
                      granted.incrementAndGet();
                    }
                  }
                }));
      }
      for (Future<?> call : calls) {
        call.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(granted).hasValue(100);
  }

  @Test
  @DisplayName("after its deadline a request is decided immediately or nothing is done")
  final void noTimeLeft() {
    Policy policy = Policy.parse("test", "10/min");
    CompletableFuture<Decision> answer =
        store
            .decide(new Request.Acquire("k", policy, 1), Deadline.afterMicros(0, clock))
            .toCompletableFuture();
    long left = 9;
    try {
      assertThat(answer.get(DEADLINE_SECONDS, TimeUnit.SECONDS).remaining()).isEqualTo(left);
    } catch (ExecutionException e) {
      left = 10;
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              StoreTimeoutException.class, late -> assertThat(late.mayHaveRun()).isFalse());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
    assertThat(peek("k", policy, 1).remaining()).isEqualTo(left);
  }

  @Test
  @DisplayName("a key may have any characters, and no two keys share a state")
  final void hostileKeys() {
    Policy policy = Policy.parse("test", "1/h");
    List<String> keys =
        new ArrayList<>(List.of(" ", "a", "a ", "{a}", "}{", "a\nb", "a\r\nb", "\0"));
    keys.addAll(
        List.of("\uD800", "\uD801", "?", "é", "e\u0301", "x:y", "default:a", "😀", "\uFFFD"));
    keys.add("x".repeat(100_000));
    keys.add("x".repeat(100_001));
    for (String key : keys) {
      assertThat(acquire(key, policy, 1).allowed()).isTrue();
    }
    for (String key : keys) {
      assertThat(acquire(key, policy, 1).allowed()).isFalse();
    }
  }

  @Test
  @DisplayName("a closed store throws IllegalStateException")
  final void closed() {
    Policy policy = Policy.parse("test", "1/h");
    Request request = new Request.Acquire("k", policy, 1);
    decide(Way.FOR_KEY, request);
    store.close();
    for (Way way : List.of(Way.NOW_OR_LATER, Way.FOR_KEY)) {
      try {
        assertThat(decideNow(way, request)).as("decided after close").isNull();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("closed");
      }
    }
    CompletionStage<Decision> late = store.decide(request);
    assertThat(late)
        .as("decide never throws")
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("closed");
    assertThat(store.status()).isInstanceOf(Status.Closed.class);
  }
}
