package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ratelimiter.PolicyRegistry.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PolicyRegistryTest {
  private static final Policy LOGIN = Policy.parse("login", "10/h");
  private static final Policy STRICTER = Policy.parse("login", "5/h");
  private static final Policy API = Policy.parse("api", "100/min");

  private final PolicyRegistry policies = PolicyRegistry.of(LOGIN, API);
  private final RateLimiter limiter =
      RateLimiter.builder()
          .policies(policies.named("login"))
          .store(new TestStore(new ManualTime()))
          .build();

  @Test
  void aChangeTakesEffectAtTheNextCallAndUsageIsKept() {
    assertThat(limiter.tryAcquire("k", 4).remaining()).isEqualTo(6);
    policies.replace(STRICTER);
    assertThat(limiter.tryAcquire("k").remaining()).isZero();
    assertThat(limiter.tryAcquire("k").allowed()).isFalse();
    policies.replace(LOGIN);
    assertThat(limiter.peek("k").remaining()).isEqualTo(5);
  }

  @Test
  void aLimiterForOneKeyFollowsToo() {
    KeyLimiter one = limiter.forKey("k");
    assertThat(one.tryAcquire().limit()).isEqualTo(LOGIN.limits().get(0));
    policies.replace(STRICTER);
    assertThat(one.tryAcquire().limit()).isEqualTo(STRICTER.limits().get(0));
  }

  @Test
  void callsFailWhileAPolicyIsMissing() {
    policies.remove("login");
    assertThatIllegalStateException()
        .isThrownBy(() -> limiter.tryAcquire("k"))
        .withMessage("the registry has no policy 'login'; it has [api]");
    policies.replace(LOGIN);
    assertThat(limiter.tryAcquire("k").allowed()).isTrue();
  }

  @Test
  void aLimiterIsNotMadeForANameThatIsMisspelt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policies.named("logn"))
        .withMessage("the registry has no policy 'logn'; it has [api, login]");
  }

  @Test
  void noNameIsThereTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PolicyRegistry.of(LOGIN, STRICTER))
        .withMessage("two policies have the name 'login'");
  }

  @Test
  void aSnapshotDoesNotChange() {
    var snapshot = policies.snapshot();
    policies.remove("api");
    assertThat(snapshot).containsOnlyKeys("api", "login");
    assertThat(policies.snapshot()).containsOnlyKeys("login");
    assertThat(policies.get("api")).isEmpty();
  }

  @Test
  void listenersSeeEachChangeAfterItHasTakenEffect() {
    List<Change> changes = new ArrayList<>();
    List<Optional<Policy>> inForce = new ArrayList<>();
    policies.onChange(
        change -> {
          throw new IllegalStateException("a listener that fails");
        });
    PolicyRegistry.Listener listener =
        change -> {
          changes.add(change);
          inForce.add(policies.get(change.name()));
        };
    policies.onChange(listener);

    policies.replace(STRICTER);
    policies.replace(STRICTER);
    policies.remove("api");
    policies.remove("api");
    policies.removeListener(listener);
    policies.replace(API);

    assertThat(changes)
        .containsExactly(
            new Change("login", Optional.of(LOGIN), Optional.of(STRICTER)),
            new Change("api", Optional.of(API), Optional.empty()));
    assertThat(inForce).containsExactly(Optional.of(STRICTER), Optional.empty());
  }

  @Test
  void changesOfSeveralThreadsAreHeardInTheirOrder() throws Exception {
    List<Change> changes = new ArrayList<>();
    policies.onChange(changes::add);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int first = thread * 1_000;
      running.add(
          threads.submit(
              () -> {
                for (int i = 1; i <= 200; i++) {
                  policies.replace(Policy.parse("login", (first + i) + "/h"));
                }
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
    threads.shutdown();
    assertThat(changes).hasSize(800);
    for (int i = 1; i < changes.size(); i++) {
      assertThat(changes.get(i).before()).isEqualTo(changes.get(i - 1).after());
    }
    assertThat(changes.get(799).after()).isEqualTo(policies.get("login"));
  }
}
