package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpResponse;
import io.github.ratelimiter.http.ProblemType;
import io.github.ratelimiter.rules.file.RuleText;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("While the store is down and a fallback decides")
class DefensesInOutageTest extends RulesFixture {
  private static final DescribedRequest HOME = TestRequest.get("/").withRemoteAddress("192.0.2.1");
  private static final DescribedRequest TRAP =
      TestRequest.get("/.env").withRemoteAddress("192.0.2.1");

  private final Server server = new Server();
  private final Fallback fallback =
      Fallback.around(server).timeSource(time).window(1, 1).instance(0, 1).build();

  private HttpLimiter http(String rules) {
    return http(rules, fallback);
  }

  private HttpLimiter http(String rules, StateStore on) {
    return http(Rules.builder(on).rules(RuleText.parse(rules)).timeSource(time).build());
  }

  /** A server that can be unreachable. */
  private class Server extends ForwardingStore {
    private volatile boolean down;

    Server() {
      super(DefensesInOutageTest.this.store);
    }

    private <T> CompletionStage<T> failed() {
      return CompletableFuture.failedFuture(new StoreUnavailableException("down", false, null));
    }

    @Override
    public @Nullable Decision tryDecide(Request request) {
      return null;
    }

    @Override
    public @Nullable List<Decision> tryDecideAll(JointRequest request) {
      return null;
    }

    @Override
    public CompletionStage<Decision> decide(Request request, Deadline deadline) {
      return down ? failed() : super.decide(request, deadline);
    }

    @Override
    public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
      return down ? failed() : super.decideAll(request, deadline);
    }
  }

  @Test
  @DisplayName("no key is refused as new, because the fallback knows none; afterwards they are")
  void newKeys() {
    HttpLimiter http =
        http(
            "{ rules: [{ id: api, key: user, limits: fixed-window 2/h }],"
                + " new-keys: { limits: fixed-window 5/h } }");
    assertThat(admitted(http, "before", 7)).isEqualTo(5);
    server.down = true;
    assertThat(admitted(http, "during", 7)).isEqualTo(7);
    assertThat(
            allowed(
                http, TestRequest.get("/").withUser("during0").withRemoteAddress("192.0.2.1"), 3))
        .as("the limits hold")
        .isEqualTo(1);
    server.down = false;
    time.advance(Duration.ofMinutes(1));
    assertThat(admitted(http, "after", 7)).isZero();
    assertThat(
            allowed(
                http, TestRequest.get("/").withUser("before0").withRemoteAddress("192.0.2.1"), 3))
        .as("a known key")
        .isEqualTo(1);
  }

  /** How many requests of different users, all from one address, are admitted. */
  private static int admitted(HttpLimiter http, String prefix, int users) {
    int admitted = 0;
    for (int i = 0; i < users; i++) {
      admitted +=
          allowed(
              http, TestRequest.get("/").withUser(prefix + i).withRemoteAddress("192.0.2.1"), 1);
    }
    return admitted;
  }

  @Test
  @DisplayName("a ban holds in the process that has seen it; a new one holds everywhere afterwards")
  void honeypots() {
    String rules =
        "{ rules: [{ id: api, key: ip, limits: 1000/h }], honeypots: { paths: [/.env], ban: 1h } }";
    HttpLimiter http = http(rules);
    http.admit(TRAP);
    server.down = true;
    Admission refused = http.admit(HOME);
    assertThat(refused.refusal().orElseThrow().type())
        .isEqualTo(ProblemType.ABNORMAL_USAGE_DETECTED);
    DescribedRequest other = TestRequest.get("/").withRemoteAddress("192.0.2.2");
    assertThat(http.admit(other).allowed()).isTrue();
    assertThat(http.admit(TestRequest.get("/.env").withRemoteAddress("192.0.2.2")).allowed())
        .isFalse();
    assertThat(http.admit(other).allowed()).isFalse();
    server.down = false;
    time.advance(Duration.ofMinutes(1));
    assertThat(http(rules, store).admit(other).allowed()).as("in another process").isFalse();
    time.advance(Duration.ofHours(1));
    assertThat(http.admit(other).allowed()).isTrue();
  }

  @Test
  @DisplayName("failed look-ups are counted, and others are not")
  void lookUps() {
    HttpLimiter http =
        http(
            "rules: [{ id: look-ups, key: ip, limits: fixed-window 3/h,"
                + " count: { status: [404] } }]");
    server.down = true;
    for (int i = 0; i < 10; i++) {
      answer(http, 200);
    }
    for (int i = 0; i < 3; i++) {
      answer(http, 404);
    }
    assertThat(http.admit(HOME).allowed()).isFalse();
  }

  private static void answer(HttpLimiter http, int status) {
    Admission admission = http.admit(HOME);
    assertThat(admission.allowed()).isTrue();
    admission.completed(new HttpResponse(status, 0));
  }
}
