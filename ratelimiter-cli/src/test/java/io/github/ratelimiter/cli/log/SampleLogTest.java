package io.github.ratelimiter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SampleLogTest {
  @Test
  void fileInTheJarMatchesTheGenerator() throws IOException {
    try (InputStream in = SampleLog.class.getResourceAsStream("sample.log")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualToNormalizingNewlines(SampleLog.text());
    }
  }

  @Test
  void containsOnlyAddressesForDocumentation() {
    assertThat(SampleLog.text().lines().filter(line -> !line.startsWith("AH")))
        .allMatch(line -> line.matches("(192\\.0\\.2|198\\.51\\.100|203\\.0\\.113|2001:db8).*"));
  }
}
