package io.github.ratelimiter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.ratelimiter.Logged;
import io.github.ratelimiter.StoreUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An exception in a log")
class KeylessTest {
  private static String print(Throwable e) {
    StringWriter text = new StringWriter();
    Keyless.stack(e).printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  @DisplayName("has the types and stacks of its causes, and no message that may contain a key")
  void stack() {
    Throwable cause = catchThrowable(() -> Integer.parseInt("alice"));
    assertThat(print(new IllegalStateException("of alice", cause)))
        .contains("Keyless: java.lang.IllegalStateException" + System.lineSeparator())
        .contains("Caused by: ", "java.lang.NumberFormatException", "KeylessTest.java")
        .doesNotContain("alice");
  }

  @Test
  @DisplayName("has the message of a store")
  void ofStore() {
    StoreUnavailableException down = new StoreUnavailableException("down", false, null);
    assertThat(print(down)).contains(down.toString());
    assertThat(Keyless.text(down)).isEqualTo("StoreUnavailableException: down");
    assertThat(Keyless.text(new IllegalStateException("alice"))).isEqualTo("IllegalStateException");
  }

  @Test
  @DisplayName("may be its own cause")
  void cycle() {
    Exception one = new Exception();
    one.initCause(new Exception(one));
    assertThat(print(one)).contains("Caused by");
  }

  @Test
  @DisplayName("of a listener has no message")
  void ofListener() {
    try (Logged logged = Logged.privately("WARN")) {
      Listeners<String> listeners = new Listeners<>(logged.logger());
      listeners.add("a");
      listeners.notify(
          listener -> {
            throw new IllegalStateException("no such user: alice");
          });
      assertThat(logged.stacks())
          .singleElement()
          .asString()
          .contains("IllegalStateException", "KeylessTest.java")
          .doesNotContain("alice");
    }
  }
}
