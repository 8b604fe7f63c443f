package io.github.ratelimiter.cli.replay;

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
  private static List<String> read(String text, int atOnce) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            return super.read(target, from, Math.min(length, atOnce));
          }
        };
    LineReader reader = new LineReader(in);
    List<String> lines = new ArrayList<>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(reader.cut() ? line.length() + " cut" : line);
      assertThat(reader.number()).isEqualTo(lines.size());
    }
    assertThat(reader.next()).isNull();
    return lines;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1_000_000})
  void endsLinesAtLfOrCrLf(int atOnce) throws IOException {
    assertThat(read("a\nb\r\n\n\r\n \t\nc\rd\n", atOnce))
        .containsExactly("a", "b", "", "", " \t", "c\rd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\nb\n", "a\r\nb\r\n", "a\nb\r"})
  void theLastLineNeedsNoEnd(String text) throws IOException {
    assertThat(read(text, 3)).containsExactly("a", "b");
  }

  @Test
  void noBytesAreNoLines() throws IOException {
    assertThat(read("", 1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4_099, 1_000_000})
  void cutsLongLinesAndGoesOn(int atOnce) throws IOException {
    String longest = "x".repeat(LineReader.LONGEST);
    String cut = LineReader.LONGEST + " cut";
    assertThat(read("a\n" + longest + "\n" + longest + "x\nb\n", atOnce))
        .containsExactly("a", longest, cut, "b");
    assertThat(read(longest.repeat(20) + "\nb\n" + longest.repeat(9), atOnce))
        .containsExactly(cut, "b", cut);
  }

  @Test
  void keepsEveryLineOfALongInput() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      expected.add("line " + i + "x".repeat(i % 97));
      text.append(expected.get(i)).append('\n');
    }
    assertThat(read(text.toString(), 8_191)).isEqualTo(expected);
  }
}
