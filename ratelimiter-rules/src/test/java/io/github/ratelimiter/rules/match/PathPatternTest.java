package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A pattern of paths")
class PathPatternTest {
  private static boolean matches(String pattern, String path) {
    return PathPattern.parse(pattern).matches(NormalPath.of(path));
  }

  @ParameterizedTest(name = "{0} matches {1}")
  @DisplayName("matches")
  @CsvSource({
    "/,                 /",
    "/,                 ''",
    "/login,            /login",
    "/login,            /login/",
    "/login/,           /login",
    "/orders/{id},      /orders/42",
    "/orders/*,         /orders/42",
    "/orders/{id}/items/*, /orders/42/items/7",
    "/**,               /",
    "/**,               /a/b/c",
    "/api/**,           /api",
    "/api/**,           /api/",
    "/api/**,           /api/v1/orders",
    "/**/export,        /export",
    "/**/export,        /api/v1/export",
    "/**/export,        /export/export",
    "/a/**/z,           /a/z",
    "/a/**/z,           /a/b/c/z",
    "/a/**/m/*/**/z,    /a/m/m/x/m/y/z",
    "/**/a/**,          /b/a",
    "/*/**,             /a",
    "/**/*,             /a",
    "/files/a%2Fb,      /files/a%2fb",
    "/files/a%2fb,      /files/a%2Fb",
    "/files/{name},     /files/a%2Fb",
    "/100%,             /100%",
    "/caf\u00e9,        /caf\u00e9",
    "/a b,              /a b",
  })
  void matching(String pattern, String path) {
    assertThat(matches(pattern, path)).isTrue();
  }

  @ParameterizedTest(name = "{0} does not match {1}")
  @DisplayName("does not match")
  @CsvSource({
    "/,                 /a",
    "/login,            /",
    "/login,            /Login",
    "/login,            /loginx",
    "/login,            /login/x",
    "/orders/{id},      /orders",
    "/orders/{id},      /orders/42/items",
    "/*,                /",
    "/api/**,           /apis",
    "/api/**,           /v1/api",
    "/**/export,        /export/x",
    "/**/export,        /",
    "/a/**/z,           /a",
    "/a/**/z,           /a/b",
    "/a/**/m/**/z,      /a/z/m",
    "/*/**,             /",
  })
  void notMatching(String pattern, String path) {
    assertThat(matches(pattern, path)).isFalse();
  }

  @Test
  @DisplayName("is matched without case by a path that ignores it")
  void ignoresCase() {
    PathPattern pattern = PathPattern.parse("/Login/{Name}/\u00dcber%2FX");

    assertThat(pattern.matches(NormalPath.ignoringCase("/lOGIN/x/\u00fcBER%2fx"))).isTrue();
    assertThat(pattern.matches(NormalPath.of("/Login/x/\u00dcber%2fX"))).isTrue();
    assertThat(pattern.matches(NormalPath.of("/login/x/\u00fcber%2fx"))).isFalse();
  }

  @Test
  @DisplayName("is its text")
  void isItsText() {
    PathPattern pattern = PathPattern.parse("/orders/{id}");

    assertThat(pattern).hasToString("/orders/{id}").isEqualTo(PathPattern.parse("/orders/{id}"));
    assertThat(pattern).hasSameHashCodeAs(PathPattern.parse("/orders/{id}"));
    assertThat(pattern).isNotEqualTo(PathPattern.parse("/orders/{key}"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("that would not work is refused, with its position and what would work")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"        | 1 | a pattern begins with a slash; write '/'",
        "login     | 1 | a pattern begins with a slash; write '/login'",
        "/a//b     | 4 | a segment is empty; write one slash",
        "//        | 2 | a segment is empty; write one slash",
        "/a/../b   | 4 | no path has '..' when it is matched; write the path itself",
        "/a/.      | 4 | no path has '.' when it is matched; write the path itself",
        "/a/*.jpg  | 4 | '*.jpg' is not a segment; write '*' for one segment, '**' for any number",
        "/a/b**    | 5 | 'b**' is not a segment; write '*' for one segment, '**' for any number",
        "/***      | 2 | '***' is not a segment; write '*' for one segment, '**' for any number",
        "/**/**/a  | 5 | two '**' in a row; one is any number of segments, so write '**'",
        "/x/{}     | 4 | '{}' is not a segment; write '{name}' with letters, digits, '.', '_' and"
            + " '-', or '*'",
        "/x{id}    | 3 | 'x{id}' is not a segment; write '{name}' with letters, digits, '.', '_'"
            + " and '-', or '*'",
        "/{id:[0]} | 2 | '{id:[0]}' is not a segment; write '{name}' with letters, digits, '.',"
            + " '_' and '-', or '*'",
        "/a?b=c    | 3 | '?' is not a wildcard, and a path has no query; write '*' for a segment,"
            + " or add a condition on the query",
        "/a#b      | 3 | a path that a server sees has no fragment; remove it",
        "/a;v=1    | 3 | parameters are removed from a path before it is matched; remove them",
        "/a\\b     | 3 | a backslash does not separate segments in a pattern; write '/'",
        "/caf%C3%A9| 5 | a pattern is matched with the decoded path; write the character for"
            + " '%C3'",
      })
  void errors(String text, int character, String problem) {
    assertThatThrownBy(() -> PathPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path pattern \"%s\", at character %d: %s".formatted(text, character, problem));
  }
}
