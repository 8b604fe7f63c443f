package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class FirstProgramTest {
  @Test
  @ResourceLock(Resources.SYSTEM_OUT)
  @DisplayName("the first program prints what the README says it prints")
  void printsWhatTheReadmeSays() {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      FirstProgram.main(new String[0]);
    } finally {
      System.setOut(out);
    }
    String text = printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    assertThat(Pages.at("README.md").blocks("text")).extracting(Pages.Block::text).contains(text);
  }
}
