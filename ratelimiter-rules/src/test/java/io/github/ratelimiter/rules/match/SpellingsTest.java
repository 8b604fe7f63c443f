package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("No spelling of a path avoids a rule")
class SpellingsTest {
  private static final RuleIndex<Condition> LOGIN = index(ConditionTest.path("/login"));
  private static final RuleIndex<Condition> ADMIN = index(ConditionTest.path("/admin/**"));

  private static RuleIndex<Condition> index(Condition condition) {
    return RuleIndex.of(List.of(condition), Function.identity());
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("on /login")
  @ValueSource(
      strings = {
        "/login",
        "login",
        "/login/",
        "/login//",
        "//login",
        "/./login",
        "/login/.",
        "/../login",
        "/x/../login",
        "/x/y/../../login",
        "/login/x/..",
        "/login;",
        "/login;a=b",
        "/login;a=b/;c",
        "/;a/login",
        "/;/login",
        "/.;a/login",
        "/x/..;/login",
        "/x/..;a=b/login",
        "/login/x/..;a",
        "/login%2F",
        "/login%2f",
        "%2Flogin",
        "/%2flogin%2f/",
        "/x/..%2Flogin",
        "/x%2F..%2flogin",
        "/x%2F..;a%2Flogin",
        "/login;a%2F",
        "/login%2F.",
        "/login/;a%2F..%2Flogin",
        "\\login",
        "/\\login\\",
        "/x\\..\\login",
        "/x/..\\login",
        "/x%2F..\\login",
        "/login\\.",
        "/x//../login",
        "/login//..",
        "/login/;a/..",
        "/login%2F%2F..",
        "/login\\\\..",
      })
  void login(String spelling) {
    assertThat(LOGIN.matching(TestSubject.get(spelling))).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("on /admin/**")
  @ValueSource(
      strings = {
        "/admin",
        "/admin/",
        "/admin;a/users",
        "/admin%2Fusers",
        "/admin/..%2f",
        "/public/..%2Fadmin/users",
        "/public/..;/admin/users",
        "/public\\..\\admin\\users",
        "/admin//..",
      })
  void admin(String spelling) {
    assertThat(ADMIN.matching(TestSubject.get(spelling))).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("in other letters, if the application ignores the case")
  @ValueSource(strings = {"/LOGIN", "/x%2f..%2FLogin;A", "/log\u0131n", "/\\lOGIN"})
  void otherCase(String spelling) {
    assertThat(LOGIN.matching(TestSubject.ignoringCase(spelling))).hasSize(1);
    assertThat(LOGIN.matching(TestSubject.get(spelling))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("on everything but /public, if each reading of the path is matched")
  @ValueSource(
      strings = {
        "/public/..%2Flogin",
        "/public%2F..%2Flogin",
        "/public\\..\\login",
        "/public/x%2F..%2F..%2Flogin",
        "/public//../../login",
      })
  void exemption(String spelling) {
    RuleIndex<Condition> others = index(ConditionTest.not(ConditionTest.path("/public/**")));

    assertThat(TestSubject.get(spelling).readings())
        .anySatisfy(reading -> assertThat(others.matching(reading)).hasSize(1));
  }

  @Test
  @DisplayName("that has one reading is matched as it is")
  void oneReading() {
    Subject request = TestSubject.get("/a//b;c");

    assertThat(request.readings()).containsExactly(request);
  }

  @Test
  @DisplayName("because each reading has one form of the path, and all else of the request")
  void readings() {
    Subject request =
        TestSubject.of("POST", "/a%2Fb")
            .by("u")
            .apiKey("k")
            .tier("t")
            .from("192.0.2.1")
            .query("q=1")
            .header("h", "v")
            .attribute("a", 1);

    assertThat(request.readings())
        .extracting(reading -> reading.path().toString())
        .containsExactly("/a/b", "/a%2Fb");
    assertThat(request.readings())
        .allSatisfy(
            reading ->
                assertThat(reading)
                    .returns("POST", Subject::method)
                    .returns(request.user(), Subject::user)
                    .returns(request.apiKey(), Subject::apiKey)
                    .returns(request.tier(), Subject::tier)
                    .returns(request.address(), Subject::address)
                    .returns(List.of("1"), each -> each.parameters("q"))
                    .returns(List.of("v"), each -> each.headers("h"))
                    .returns(request.attribute("a"), each -> each.attribute("a")));
  }
}
