package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A normal path")
class NormalPathTest {
  private static List<String> forms(String path) {
    return NormalPath.of(path).forms().stream().map(NormalPath::toString).toList();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @DisplayName("has one form if servers agree on it")
  @CsvSource({
    "'',                        /",
    "/,                         /",
    "/a/b,                      /a/b",
    "a/b,                       /a/b",
    "/a/b/,                     /a/b",
    "//a///b//,                 /a/b",
    "/./a/./b/.,                /a/b",
    "/a/../b,                   /b",
    "/../../a,                  /a",
    "/a/b/../../../..,          /",
    "/a/...,                    /a/...",
    "/a;v=1/b;w=2;x,            /a/b",
    "/;v=1/a,                   /a",
    "/a/.;v=1/..;w/b,           /b",
    "/%2e%2e/a,                 /%2e%2e/a",
    "/a%2/b%,                   /a%2/b%",
    "*,                         /*",
  })
  void oneForm(String path, String form) {
    assertThat(forms(path)).containsExactly(form);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @DisplayName("has a form for each answer of a server, the one with the most separators first")
  @CsvSource({
    "/a%2Fb,            /a/b             /a%2Fb",
    "/a%2fb%2Fc,        /a/b/c           /a%2Fb%2Fc",
    "/%2f,              /                /%2F",
    "/a;v%2Fb/c,        /a/b/c           /a/c",
    "/a/..%2Fb,         /b               /a/..%2Fb",
    "/a\\b,             /a/b             /a\\b",
    "/a\\..\\b,         /b               /a\\..\\b",
    "/a//..,            /                /a",
    "/a//../b,          /b               /a/b",
    "/a/;v/../b,        /b               /a/b",
    "/a%2Fb\\c,         /a/b/c           /a%2Fb/c    /a/b\\c   /a%2Fb\\c",
  })
  void severalForms(String path, String forms) {
    assertThat(forms(path)).containsExactlyInAnyOrder(forms.split(" +"));
    assertThat(NormalPath.of(path)).hasToString(forms.split(" +")[0]);
  }

  @Test
  @DisplayName("can ignore the case")
  void ignoresCase() {
    assertThat(NormalPath.ignoringCase("/API/%2f\u00c4\u212a").forms())
        .extracting(NormalPath::toString)
        .containsExactly("/api/\u00e4k", "/api/%2f\u00e4k");
    assertThat(NormalPath.ignoringCase("/A")).isEqualTo(NormalPath.ignoringCase("/a"));
    assertThat(NormalPath.of("/a")).isNotEqualTo(NormalPath.ignoringCase("/a"));
  }

  @Test
  @DisplayName("is equal if all forms are equal")
  void equality() {
    assertThat(NormalPath.of("/a//b/")).isEqualTo(NormalPath.of("/a/b"));
    assertThat(NormalPath.of("/a//b/")).hasSameHashCodeAs(NormalPath.of("/a/b"));
    assertThat(NormalPath.of("/a%2Fb")).isNotEqualTo(NormalPath.of("/a/b"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("of a hundred thousand hostile segments has eight forms at most")
  @ValueSource(strings = {"/", "/..", "//../a", "%2F..\\", "/a;", ";", "%", "\\..//%2f..", "/a/.."})
  void hostile(String segment) {
    NormalPath path = NormalPath.of(segment.repeat(100_000));

    assertThat(path.forms()).hasSizeBetween(1, 8);
    assertThat(Stream.of("/**/x/**/y/**", "/*/x", "/x/**").map(PathPattern::parse))
        .noneMatch(pattern -> pattern.matches(path));
  }
}
