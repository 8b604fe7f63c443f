package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void keepsVisibleUtf8AndEscapesOtherBytes() {
    assertThat(Text.readable("/caf\u00e9/\u65e5\u672c/\ud83d\ude00"))
        .isEqualTo("/caf\u00e9/\u65e5\u672c/\ud83d\ude00");
    assertThat(Text.readableBytes("/caf\u00e9")).isEqualTo("/caf\\xe9");
    assertThat(Text.readableBytes("\u00e9\u00e9")).isEqualTo("\\xe9\\xe9");
    assertThat(Text.readableBytes("\u00f0\u009f\u0098")).isEqualTo("\\xf0\\x9f\\x98");
    assertThat(Text.readableBytes("\u00c0\u0080")).isEqualTo("\\xc0\\x80");
    assertThat(Text.readableBytes("\u0000\t\u001b[31m\u007f"))
        .isEqualTo("\\x00\\x09\\x1b[31m\\x7f");
    assertThat(Text.readable("\u202etxt\u0085")).isEqualTo("\\xe2\\x80\\xaetxt\\xc2\\x85");
  }

  @Test
  void clipDoesNotSplitASurrogatePair() {
    assertThat(Text.clip("abcdef", 6, "...")).isEqualTo("abcdef");
    assertThat(Text.clip("abcdefg", 6, "...")).isEqualTo("abc...");
    assertThat(Text.clip("a\ud83d\ude00bcd", 3, ".")).isEqualTo("a.");
  }
}
