package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpResponse;
import io.github.ratelimiter.rules.file.RuleText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A rule that counts by the status code of the response")
class CountedStatusTest extends RulesFixture {
  private final HttpLimiter http =
      http(
          rules(
              RuleText.parse(
                  "rules: [{ id: look-ups, key: ip, limits: fixed-window 3/h,"
                      + " count: { status: [401, 404] } }]")));

  private boolean answered(int status) {
    Admission admission = http.admit(TestRequest.get("/orders/42"));
    if (admission.allowed()) {
      admission.completed(new HttpResponse(status, 0));
    }
    return admission.allowed();
  }

  @Test
  @DisplayName("counts failed look-ups only, and refuses all requests after too many")
  void failures() {
    for (int i = 0; i < 100; i++) {
      assertThat(answered(200)).isTrue();
    }
    assertThat(answered(404)).isTrue();
    assertThat(answered(401)).isTrue();
    assertThat(answered(500)).isTrue();
    assertThat(answered(404)).isTrue();
    assertThat(answered(200)).isFalse();
    assertThat(http.admit(TestRequest.get("/").withRemoteAddress("192.0.2.2")).allowed()).isTrue();
  }
}
