package io.github.ratelimiter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the page about the preview to the program: its outputs are those of its rule files. */
class RulesPreviewPageTest {
  private static final Path PAGE = Path.of("..", "docs", "rules-preview.md");

  @TempDir Path directory;

  private List<String> files;
  private List<String> outputs;

  @BeforeEach
  void readPage() throws IOException {
    files = blocks("yaml");
    outputs = blocks("text");
    assertThat(files).hasSize(4);
    assertThat(outputs).hasSize(2);
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$")
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private String file(String name, int block) {
    return new RuleFiles(directory).write(name, files.get(block));
  }

  @Test
  void previewPrintsWhatThePageShows() {
    String before = file("rules.yaml", 0);
    String after = file("new.yaml", 1);
    String out =
        Cli.run("rules", "preview", "--sample", "--rules", after, "--against", before).out();
    assertThat(out).isEqualToNormalizingNewlines(outputs.get(0));
  }

  @Test
  void checkPrintsWhatThePageShows() {
    String draft = file("draft.yaml", 2);
    String wrong = file("wrong.yaml", 3);
    String out = Cli.run("rules", "check", draft, wrong).out();
    assertThat(out.replace(draft, "draft.yaml").replace(wrong, "wrong.yaml"))
        .isEqualToNormalizingNewlines(outputs.get(1));
  }
}
