package io.github.ratelimiter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        " 404 5~404",
        " 404~404",
        "  404 5~404",
        " - 5~0",
        " 4040 5~0",
        " 99 5~0",
        " 600 5~0",
        " 40x 5~0",
        "404 5~0",
        "~0"
      })
  void isTheNumberAfterTheRequest(String rest, int status) {
    String line =
        "192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\""
            + (rest == null ? "" : rest);
    assertThat(new LogParser().read(line))
        .isInstanceOfSatisfying(
            Line.Request.class, request -> assertThat(request.status()).isEqualTo(status));
  }
}
