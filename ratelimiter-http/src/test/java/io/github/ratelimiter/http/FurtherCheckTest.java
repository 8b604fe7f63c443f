package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A check after all limits have granted their permits")
class FurtherCheckTest {
  private static final Refusal FLOOD =
      new Refusal(
          ProblemType.ABNORMAL_USAGE_DETECTED,
          Optional.of(Duration.ofSeconds(7)),
          List.of("new-keys"),
          Optional.empty());

  private final ManualTimeSource time = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();
  private final RateLimiter users =
      RateLimiter.builder()
          .policy("users", "fixed-window 3/min")
          .store(store)
          .timeSource(time)
          .build();
  private final List<JointDecision> checked = new ArrayList<>();

  private HttpLimiter http(FurtherCheck check) {
    return builder(check).build();
  }

  private HttpLimiterBuilder builder(FurtherCheck check) {
    return HttpLimiter.builder()
        .limits(
            request ->
                new RequestVerdict.Limited(
                    List.of(new RequestCharge(users.part("42"))),
                    Optional.of(
                        granted -> {
                          checked.add(granted);
                          return check.check(granted);
                        })))
        .timeSource(time);
  }

  private static Admission admit(HttpLimiter http, boolean async) {
    return async ? http.admitAsync(TestRequest.get("/")).join() : http.admit(TestRequest.get("/"));
  }

  private static FurtherCheck answering(Optional<Refusal> refusal) {
    return granted -> CompletableFuture.completedFuture(refusal);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("that refuses returns the permits and says why")
  void refuses(boolean async) {
    Admission admission = admit(http(answering(Optional.of(FLOOD))), async);
    assertThat(admission.refusal()).contains(FLOOD);
    assertThat(admission.headers()).containsEntry("Retry-After", "7");
    assertThat(users.peek("42").remaining()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("that allows leaves the request as the limits decided it; it is not asked of others")
  void allows(boolean async) {
    HttpLimiter http = http(answering(Optional.empty()));
    for (int i = 0; i < 3; i++) {
      assertThat(admit(http, async).allowed()).isTrue();
    }
    Admission refused = admit(http, async);
    assertThat(refused.refusal().orElseThrow().type()).isEqualTo(ProblemType.QUOTA_EXCEEDED);
    assertThat(checked).hasSize(3);
    assertThat(checked.get(0).newKeys()).hasSize(1);
    assertThat(checked.get(1).newKeys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("needs no response, unless a cost depends on it")
  void needsNoResponse(boolean async) {
    assertThat(admit(http(answering(Optional.empty())), async).awaitsResponse()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("that refuses reports what another limiter has decided before, if it has a decision")
  void afterAnotherLimiter(boolean async) {
    RateLimiter addresses =
        RateLimiter.builder()
            .policy("addresses", "fixed-window 5/min")
            .store(store)
            .timeSource(time)
            .build();
    Admission earlier =
        HttpLimiter.builder()
            .limit(addresses, any -> Optional.of(Key.of("address", "a")))
            .timeSource(time)
            .build()
            .admit(TestRequest.get("/"));
    HttpRequest request = TestRequest.get("/").withAttribute(Admission.ATTRIBUTE, earlier);
    HttpLimiter http =
        http(
            granted ->
                CompletableFuture.completedFuture(
                    Optional.of(
                        new Refusal(
                            ProblemType.ABNORMAL_USAGE_DETECTED,
                            Optional.empty(),
                            List.of("users"),
                            Optional.of(granted)))));
    Admission admission = async ? http.admitAsync(request).join() : http.admit(request);
    assertThat(admission.headers().get("RateLimit")).contains("\"addresses\"", "\"users\"");
  }

  @Test
  @DisplayName("is not asked by a peek")
  void peek() {
    HttpRequest request = TestRequest.get("/");
    HttpLimiter http = http(answering(Optional.of(FLOOD)));
    assertThat(http.peek(request).allowed()).isTrue();
    assertThat(http.admit(request).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("that fails is a failure of the limiter")
  void fails(boolean async) {
    FurtherCheck broken =
        granted -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
    assertThat(admit(http(broken), async).allowed()).isTrue();
    HttpLimiter refusing = builder(broken).failureMode(FailureMode.REFUSE).build();
    assertThat(admit(refusing, async).refusal().orElseThrow().type())
        .isEqualTo(ProblemType.TEMPORARY_REDUCED_CAPACITY);
  }

  @Test
  @DisplayName("is made of a request that has waited, too")
  void afterWaiting() {
    HttpLimiter http =
        builder(answering(Optional.of(FLOOD))).maxWait(Duration.ofMinutes(2)).build();
    users.tryAcquire("42", 3);
    CompletableFuture<Admission> admission = http.admitAsync(TestRequest.get("/"));
    assertThat(admission).isNotDone();
    time.advance(Duration.ofMinutes(1));
    assertThat(admission.join().refusal()).contains(FLOOD);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("can be followed by another one, which is asked only if the first allows")
  void chain(boolean async) {
    List<String> asked = new ArrayList<>();
    FurtherCheck second =
        granted -> {
          asked.add("second");
          return CompletableFuture.completedFuture(Optional.of(FLOOD));
        };
    assertThat(admit(http(answering(Optional.empty()).then(second)), async).allowed()).isFalse();
    assertThat(asked).hasSize(1);
    assertThat(admit(http(answering(Optional.of(FLOOD)).then(second)), async).allowed()).isFalse();
    assertThat(asked).hasSize(1);
  }
}
