package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.ratelimiter.Key;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.store.StateStore;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A limiter of HTTP requests")
class HttpLimiterTest {
  private static final HttpResponse OK = new HttpResponse(200, 0);

  private final ManualTimeSource time = ManualTimeSource.create();
  private final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();
  private final RateLimiter users = limiter("users", "fixed-window 3/min", store);
  private final RateLimiter everybody = limiter("everybody", "fixed-window 100/min", store);

  private RateLimiter limiter(String name, String policy, StateStore store) {
    return RateLimiter.builder().policy(name, policy).store(store).timeSource(time).build();
  }

  private HttpLimiterBuilder builder() {
    return HttpLimiter.builder().timeSource(time);
  }

  private HttpLimiter both() {
    return builder().limit(users, RequestKey.user()).limit(everybody, RequestKey.global()).build();
  }

  enum Way {
    BLOCKING {
      @Override
      Admission admit(HttpLimiter http, HttpRequest request) {
        return http.admit(request);
      }
    },
    ASYNCHRONOUS {
      @Override
      Admission admit(HttpLimiter http, HttpRequest request) {
        return http.admitAsync(request).join();
      }
    };

    abstract Admission admit(HttpLimiter http, HttpRequest request);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("allows a request that all limits allow; a refusal costs the other limits nothing")
  void allOrNothing(Way way) {
    HttpLimiter http = both();
    DescribedRequest request = TestRequest.get("/").withUser("42");
    for (int i = 0; i < 3; i++) {
      Admission allowed = way.admit(http, request);
      assertThat(allowed.allowed()).isTrue();
      assertThat(allowed.headers()).containsKeys("RateLimit", "RateLimit-Policy");
      assertThat(allowed.headers()).doesNotContainKey("Retry-After");
      assertThat(allowed.awaitsResponse()).isFalse();
    }
    for (int i = 0; i < 10; i++) {
      Admission refused = way.admit(http, request);
      assertThat(refused.allowed()).isFalse();
      assertThat(refused.headers()).containsEntry("Retry-After", "60");
      Refusal refusal = refused.refusal().orElseThrow();
      assertThat(refusal.type()).isEqualTo(ProblemType.QUOTA_EXCEEDED);
      assertThat(refusal.violatedPolicies()).containsExactly("users");
    }
    assertThat(everybody.peek("global").remaining()).isEqualTo(97);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("does not apply a limit to requests without its key, nor to requests it skips")
  void notLimited(Way way) {
    HttpLimiter http =
        builder().limit(users, RequestKey.user()).skip(RequestFilters.method("OPTIONS")).build();
    for (int i = 0; i < 10; i++) {
      Admission anonymous = way.admit(http, TestRequest.get("/"));
      assertThat(anonymous.allowed()).isTrue();
      assertThat(anonymous.headers()).isEmpty();
      assertThat(anonymous.decision()).isEmpty();
      assertThat(way.admit(http, TestRequest.of("OPTIONS", "/").withUser("42")).allowed()).isTrue();
    }
    assertThat(users.peek("user:42").remaining()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("takes the cost of a request")
  void cost(Way way) {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(everybody, RequestKey.global())
                    .permits(request -> request.path().equals("/free") ? 0 : 40))
            .build();
    assertThat(way.admit(http, TestRequest.get("/export")).allowed()).isTrue();
    assertThat(way.admit(http, TestRequest.get("/free")).decision()).isEmpty();
    assertThat(everybody.peek("global").remaining()).isEqualTo(60);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("counts an observed limit and never refuses by it")
  void observed(Way way) {
    HttpLimiter http =
        builder().limits(RequestLimit.of(users, RequestKey.user()).observed()).build();
    for (int i = 0; i < 10; i++) {
      Admission admission = way.admit(http, TestRequest.get("/").withUser("42"));
      assertThat(admission.allowed()).isTrue();
      assertThat(admission.headers()).isEmpty();
    }
    assertThat(users.peek("user:42").remaining()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "counts only responses with a status, and never more at the same time than the limit")
  void onlyStatus(Way way) {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(users, RequestKey.user()).settledBy(ResponseCost.onlyStatus(401)))
            .build();
    DescribedRequest login = TestRequest.of("POST", "/login").withUser("42");
    for (int i = 0; i < 20; i++) {
      Admission admission = way.admit(http, login);
      assertThat(admission.awaitsResponse()).isTrue();
      admission.completed(OK);
      admission.completed(OK);
    }
    assertThat(users.peek("user:42").remaining()).isEqualTo(3);

    List<Admission> atOnce = List.of(way.admit(http, login), way.admit(http, login));
    way.admit(http, login);
    assertThat(way.admit(http, login).allowed()).as("three in progress").isFalse();
    atOnce.get(0).completed(OK);
    atOnce.get(1).completed(new HttpResponse(401, 0));
    assertThat(way.admit(http, login).allowed()).isTrue();
    assertThat(way.admit(http, login).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("gives back what a response with a status does not cost, for all limits that say so")
  void exceptStatus(Way way) {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(users, RequestKey.user())
                    .settledBy(ResponseCost.exceptStatus(304, 500)))
            .limit(everybody, RequestKey.global())
            .build();
    way.admit(http, TestRequest.get("/").withUser("42")).completed(new HttpResponse(304, 0));
    way.admit(http, TestRequest.get("/").withUser("42")).completed(OK);
    assertThat(users.peek("user:42").remaining()).isEqualTo(2);
    assertThat(everybody.peek("global").remaining()).isEqualTo(98);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("charges the bytes of a response")
  void bytes(Way way) {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(everybody, RequestKey.global())
                    .permits(request -> 10)
                    .settledBy(ResponseCost.bytes()))
            .build();
    way.admit(http, TestRequest.get("/")).completed(new HttpResponse(200, 35));
    assertThat(everybody.peek("global").remaining()).isEqualTo(65);
    way.admit(http, TestRequest.get("/")).completed(new HttpResponse(200, 4));
    assertThat(everybody.peek("global").remaining()).isEqualTo(61);
    way.admit(http, TestRequest.get("/")).completed(new HttpResponse(200, 100_000));
    assertThat(everybody.peek("global").remaining()).isZero();
    assertThat(way.admit(http, TestRequest.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("takes nothing from limits that are settled later if another limit refuses")
  void settledAllOrNothing(Way way) {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(everybody, RequestKey.global())
                    .settledBy(ResponseCost.onlyStatus(200)))
            .limit(users, RequestKey.user())
            .build();
    for (int i = 0; i < 10; i++) {
      way.admit(http, TestRequest.get("/").withUser("42")).completed(OK);
    }
    assertThat(everybody.peek("global").remaining()).isEqualTo(97);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("refuses a client that is denied, and takes nothing for it")
  void denied(Way way) {
    RequestLimits bans =
        request ->
            request.user().equals(Optional.of("banned"))
                ? new RequestVerdict.Denied(ProblemType.FORBIDDEN, Optional.empty())
                : RequestVerdict.unlimited();
    HttpLimiter http = builder().limit(everybody, RequestKey.global()).limits(bans).build();
    DescribedRequest banned = TestRequest.get("/").withUser("banned");
    Admission admission = way.admit(http, banned);
    Refusal refusal = admission.refusal().orElseThrow();
    assertThat(refusal.type().status()).isEqualTo(403);
    assertThat(admission.headers()).isEmpty();
    assertThat(http.body(banned, refusal).text())
        .contains("\"type\":\"about:blank\"", "\"detail\":\"This client is denied.\"");
    assertThat(everybody.peek("global").remaining()).isEqualTo(100);
    assertThat(way.admit(http, TestRequest.get("/").withUser("42")).allowed()).isTrue();
  }

  @Test
  @DisplayName("lets a request wait")
  void waits() {
    HttpLimiter http =
        builder().limit(users, RequestKey.user()).maxWait(Duration.ofMinutes(1)).build();
    for (int i = 0; i < 3; i++) {
      assertThat(http.admit(TestRequest.get("/").withUser("42")).allowed()).isTrue();
    }
    CompletableFuture<Admission> later = http.admitAsync(TestRequest.get("/").withUser("42"));
    assertThat(later).isNotDone();
    time.advance(Duration.ofMinutes(1));
    assertThat(later.join().allowed()).isTrue();
  }

  private static final StateStore DOWN =
      (request, deadline) ->
          CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null));

  @ParameterizedTest
  @EnumSource
  @DisplayName("allows or refuses by its failure mode if the store fails, and throws nothing")
  void storeFails(Way way) {
    RateLimiter failing = limiter("users", "3/min", DOWN);
    HttpLimiter open = builder().limit(failing, RequestKey.global()).build();
    HttpLimiter closed =
        builder().limit(failing, RequestKey.global()).failureMode(FailureMode.REFUSE).build();
    HttpLimiter settled =
        builder()
            .limits(RequestLimit.of(failing, RequestKey.global()).settledBy(ResponseCost.bytes()))
            .build();
    assertThat(way.admit(open, TestRequest.get("/")).allowed()).isTrue();
    assertThat(way.admit(settled, TestRequest.get("/")).allowed()).isTrue();
    Admission refused = way.admit(closed, TestRequest.get("/"));
    Refusal refusal = refused.refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo(ProblemType.TEMPORARY_REDUCED_CAPACITY);
    assertThat(refusal.type().status()).isEqualTo(503);
    assertThat(refusal.decision()).isEmpty();
    assertThat(refused.headers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("allows or refuses by its failure mode if code of the application throws")
  void applicationFails(Way way) {
    RequestKey broken =
        request -> {
          throw new IllegalStateException("broken");
        };
    HttpLimiter open = builder().limit(users, broken).build();
    HttpLimiter closed = builder().limit(users, broken).failureMode(FailureMode.REFUSE).build();
    assertThat(way.admit(open, TestRequest.get("/")).allowed()).isTrue();
    assertThat(way.admit(closed, TestRequest.get("/")).allowed()).isFalse();
    HttpLimiter negative =
        builder()
            .limits(RequestLimit.of(users, RequestKey.global()).permits(request -> -1))
            .failureMode(FailureMode.REFUSE)
            .build();
    assertThat(way.admit(negative, TestRequest.get("/")).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("refuses a request with more limits than can be decided together, in every mode")
  void tooManyLimits(Way way) {
    RequestLimits one = RequestLimit.of(users, RequestKey.user());
    assertThat(way.admit(manyLimits(64).build(), TestRequest.get("/")).allowed()).isTrue();

    Admission refused =
        way.admit(manyLimits(64).limits(one).build(), TestRequest.get("/").withUser("42"));

    assertThat(refused.refusal().map(Refusal::type))
        .hasValue(ProblemType.TEMPORARY_REDUCED_CAPACITY);
    assertThat(users.peek("user:42").remaining()).isEqualTo(3);
  }

  /** Limits with different keys, and requests that cannot be decided allowed. */
  private HttpLimiterBuilder manyLimits(int count) {
    HttpLimiterBuilder builder = builder().failureMode(FailureMode.ALLOW);
    for (int i = 0; i < count; i++) {
      Key key = Key.of("part", "" + i);
      builder.limit(users, request -> Optional.of(key));
    }
    return builder;
  }

  @Test
  @DisplayName("keeps what was reserved if the cost of a response cannot be told")
  void costFails() {
    HttpLimiter http =
        builder()
            .limits(
                RequestLimit.of(users, RequestKey.global())
                    .settledBy(
                        (reserved, response) -> {
                          throw new IllegalStateException("broken");
                        }))
            .build();
    http.admit(TestRequest.get("/")).completed(OK);
    assertThat(users.peek("global").remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("says that the capacity is reduced if a fallback refuses")
  void fallbackRefuses(Way way) {
    try (Fallback fallback = Fallback.around(DOWN).mode(Fallback.Mode.REFUSE).build()) {
      HttpLimiter http =
          builder().limit(limiter("users", "3/min", fallback), RequestKey.global()).build();
      Refusal refusal = way.admit(http, TestRequest.get("/")).refusal().orElseThrow();
      assertThat(refusal.type()).isEqualTo(ProblemType.TEMPORARY_REDUCED_CAPACITY);
      assertThat(refusal.retryAfterSeconds()).isPresent();
    }
  }

  @Test
  @DisplayName("needs a limit")
  void noLimits() {
    assertThatIllegalStateException()
        .isThrownBy(() -> HttpLimiter.builder().build())
        .withMessageContaining("limit(limiter, key)");
  }

  private RefusalBody.Content bodyOfRefusal(HttpLimiterBuilder settings, String name) {
    HttpLimiter http =
        settings.limit(limiter(name, "fixed-window 0/min", store), RequestKey.global()).build();
    DescribedRequest request = TestRequest.get("/");
    return http.body(request, http.admit(request).refusal().orElseThrow());
  }

  @Test
  @DisplayName("answers with problem details")
  void problemDetails() {
    HttpLimiter http = both();
    DescribedRequest request = TestRequest.get("/").withUser("42");
    Admission last = null;
    for (int i = 0; i < 4; i++) {
      last = http.admit(request);
    }
    RefusalBody.Content body = http.body(request, last.refusal().orElseThrow());
    assertThat(body.contentType()).isEqualTo("application/problem+json");
    JsonObject json = JsonParser.parseString(body.text()).getAsJsonObject();
    assertThat(json.get("type").getAsString())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(json.get("status").getAsInt()).isEqualTo(429);
    assertThat(json.get("title").getAsString()).isEqualTo("The quota is exceeded");
    assertThat(json.get("detail").getAsString()).isEqualTo("Retry after 60 seconds.");
    assertThat(json.get("violated-policies").toString()).isEqualTo("[\"users\"]");
    assertThat(json.keySet())
        .containsExactly("type", "title", "status", "detail", "violated-policies");
  }

  @Test
  @DisplayName("says that a request can never be allowed")
  void never() {
    JsonObject json =
        JsonParser.parseString(bodyOfRefusal(builder(), "a").text()).getAsJsonObject();
    assertThat(json.get("detail").getAsString()).startsWith("This request can never be allowed");
  }

  @Test
  @DisplayName("answers with a short error, or with the application's own body")
  void otherBodies() {
    assertThat(bodyOfRefusal(builder().body(RefusalBody.shortError()), "a").text())
        .isEqualTo("{\"error\":\"Rate limit exceeded\"}");
    RefusalBody own =
        (request, refusal) ->
            new RefusalBody.Content("text/plain", request.path() + " " + refusal.type().status());
    assertThat(bodyOfRefusal(builder().body(own), "b").text()).isEqualTo("/ 429");
    RefusalBody broken =
        (request, refusal) -> {
          throw new IllegalStateException("broken");
        };
    assertThat(bodyOfRefusal(builder().body(broken), "c").contentType())
        .isEqualTo("application/problem+json");
  }

  @Test
  @DisplayName("answers with the kind of refusal that the application chooses")
  void problemType() {
    HttpLimiter http =
        builder()
            .limit(limiter("scans", "0/min", store), RequestKey.global())
            .problemType(decision -> ProblemType.ABNORMAL_USAGE_DETECTED)
            .build();
    assertThat(http.admit(TestRequest.get("/")).refusal().map(Refusal::type))
        .isEqualTo(Optional.of(ProblemType.ABNORMAL_USAGE_DETECTED));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("reports what an earlier limiter has decided on the same request as well")
  void earlierLimiter(Way way) {
    HttpLimiter first = builder().limit(everybody, RequestKey.global()).build();
    HttpLimiter second = builder().limit(users, RequestKey.user()).build();
    DescribedRequest request = TestRequest.get("/").withUser("ann");

    Admission one = way.admit(first, request);
    DescribedRequest later = request.withAttribute(Admission.ATTRIBUTE, one);
    Admission two = way.admit(second, later);

    assertThat(one.headers().get("RateLimit")).isEqualTo("\"everybody\";r=99;t=60");
    assertThat(two.headers().get("RateLimit"))
        .isEqualTo("\"everybody\";r=99;t=60, \"users\";r=2;t=60");
    assertThat(two.decision().orElseThrow().parts()).hasSize(1);
    users.drain("user:ann", Duration.ofMinutes(1));
    Admission refused = way.admit(second, later);
    assertThat(refused.headers().get("RateLimit"))
        .startsWith("\"everybody\";r=99;t=60, \"users\";r=0");
    assertThat(refused.refusal().orElseThrow().violatedPolicies()).containsExactly("users");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("counts a request once for two limits of one policy with one key, the larger cost")
  void twoLimitsOfOnePolicy(Way way) {
    RequestLimit everything = RequestLimit.of(users, RequestKey.global());
    HttpLimiter http =
        builder()
            .limits(everything)
            .limits(everything.permits(request -> 2))
            .limits(everything.permits(request -> 3).observed())
            .build();

    assertThat(way.admit(http, TestRequest.get("/")).allowed()).isTrue();
    assertThat(users.peek("global").remaining()).isEqualTo(1);
    assertThat(way.admit(http, TestRequest.get("/")).allowed()).isFalse();
  }
}
