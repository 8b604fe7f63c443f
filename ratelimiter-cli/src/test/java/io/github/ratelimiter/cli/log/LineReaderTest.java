package io.github.ratelimiter.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  private static List<String> read(String text, int chunk) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            return super.read(target, from, Math.min(length, chunk));
          }
        };
    LineReader reader = new LineReader(in);
    List<String> lines = new ArrayList<>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(reader.truncated() ? line.length() + " truncated" : line);
      assertThat(reader.number()).isEqualTo(lines.size());
    }
    assertThat(reader.next()).isNull();
    return lines;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1_000_000})
  void linesEndWithLfOrCrLf(int chunk) throws IOException {
    assertThat(read("a\nb\r\n\n\r\n \t\nc\rd\n", chunk))
        .containsExactly("a", "b", "", "", " \t", "c\rd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\nb\n", "a\r\nb\r\n", "a\nb\r"})
  void lastLineMayHaveNoLineEnd(String text) throws IOException {
    assertThat(read(text, 3)).containsExactly("a", "b");
  }

  @Test
  void emptyInputHasNoLines() throws IOException {
    assertThat(read("", 1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4_099, 1_000_000})
  void truncatesLongLinesAndContinues(int chunk) throws IOException {
    String longest = "x".repeat(LineReader.LONGEST);
    String truncated = LineReader.LONGEST + " truncated";
    assertThat(read("a\n" + longest + "\n" + longest + "x\nb\n", chunk))
        .containsExactly("a", longest, truncated, "b");
    assertThat(read(longest.repeat(20) + "\nb\n" + longest.repeat(9), chunk))
        .containsExactly(truncated, "b", truncated);
  }

  @Test
  void readsEveryLineOfALongInput() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      expected.add("line " + i + "x".repeat(i % 97));
      text.append(expected.get(i)).append('\n');
    }
    assertThat(read(text.toString(), 8_191)).isEqualTo(expected);
  }
}
