package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A JSON object on one line")
class JsonLineTest {
  private static String text(String value) {
    return new JsonLine().field("a", value).toString();
  }

  @Test
  @DisplayName("has texts, integers, truth values and exact milliseconds")
  void fields() {
    assertThat(new JsonLine()).hasToString("{}");
    assertThat(
            new JsonLine()
                .field("a", "b")
                .field("n", Long.MIN_VALUE)
                .field("t", true)
                .millis("m", 1_234_567)
                .millis("z", 0)
                .millis("max", Long.MAX_VALUE))
        .hasToString(
            "{\"a\":\"b\",\"n\":-9223372036854775808,\"t\":true,\"m\":1234.567,\"z\":0.000,"
                + "\"max\":9223372036854775.807}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "0022 \\\"",
        "005c \\\\",
        "000a \\n",
        "000d \\r",
        "0009 \\t",
        "0000 \\u0000",
        "0008 \\u0008",
        "001f \\u001f",
        "007f \\u007f",
        "0085 \\u0085",
        "2028 \\u2028",
        "2029 \\u2029"
      })
  @DisplayName("escapes quotes, backslashes, controls, and what some take for the end of a line")
  void escapes(String code, String escaped) {
    String value = "x" + (char) Integer.parseInt(code, 16) + "y";
    assertThat(text(value)).isEqualTo("{\"a\":\"x" + escaped + "y\"}");
  }

  @Test
  @DisplayName("keeps every other character as it is, also pairs of surrogates")
  void others() {
    assertThat(text("/äß€漢😀'<>&")).isEqualTo("{\"a\":\"/äß€漢😀'<>&\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "\ud83dx", "\ude00\ud83d", "\ud83d\ud83d"})
  @DisplayName("replaces half a surrogate pair")
  void halfPairs(String value) {
    assertThat(text(value)).contains("\ufffd").doesNotContain("\ud83d").doesNotContain("\ude00");
  }

  @Test
  @DisplayName("keeps the pair beside a half")
  void halfBesidePair() {
    assertThat(text("\ud83d\ud83d\ude00")).isEqualTo("{\"a\":\"\ufffd\ud83d\ude00\"}");
  }
}
