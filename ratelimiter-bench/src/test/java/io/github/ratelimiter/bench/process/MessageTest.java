package io.github.ratelimiter.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  @Test
  void objectIsOneLine() {
    String line = Message.format("two\nlines");
    assertThat(line).doesNotContainAnyWhitespaces();
    assertThat(Message.parse(line, String.class)).isEqualTo("two\nlines");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no message", "bm8=", ""})
  void anythingElseIsRefused(String line) {
    assertThatIllegalStateException()
        .isThrownBy(() -> Message.parse(line, String.class))
        .withMessageContaining(line);
  }

  @Test
  void anotherTypeIsRefused() {
    String line = Message.format("text");
    assertThatIllegalStateException().isThrownBy(() -> Message.parse(line, Integer.class));
  }
}
