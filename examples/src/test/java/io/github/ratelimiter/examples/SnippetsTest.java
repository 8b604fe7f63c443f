package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.PolicySyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the pages to the code: what they show compiles, what they link to is there. */
class SnippetsTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

  private static String dense(String code) {
    return code.replaceAll("\\s+", "");
  }

  /** Where each block stands whose code is in none of the sources. */
  private static List<String> missing(List<Pages.Block> blocks, List<String> sources) {
    List<String> dense = sources.stream().map(SnippetsTest::dense).toList();
    return blocks.stream()
        .filter(block -> dense.stream().noneMatch(code -> code.contains(dense(block.text()))))
        .map(Pages.Block::where)
        .toList();
  }

  @Test
  @DisplayName("every Java snippet of the pages is in a source that was compiled")
  void snippetsCompile() {
    assertThat(missing(Pages.blocks("java"), Pages.sources()))
        .as("snippets that are in no source of the module examples")
        .isEmpty();
  }

  @Test
  @DisplayName("there are snippets to check, none is empty, and a stray one is named")
  void checksSomething() {
    List<Pages.Block> blocks = Pages.blocks("java");
    assertThat(blocks).hasSizeGreaterThan(10);
    assertThat(blocks).allSatisfy(block -> assertThat(dense(block.text())).hasSizeGreaterThan(10));
    Pages.Page page =
        new Pages.Page(
            Path.of("a.md"), "a.md", List.of("Text", "```java", "int x = 1;", "```", "More"));
    assertThat(missing(page.blocks("java"), List.of("class A { int y = 1; }")))
        .containsExactly("a.md:3");
    assertThat(missing(page.blocks("java"), List.of("class A {int x\n = 1;}"))).isEmpty();
  }

  @Test
  @DisplayName("every policy of the pages is one")
  void policiesParse() {
    List<String> wrong = new ArrayList<>();
    int lines = 0;
    for (Pages.Block block : Pages.blocks("policy")) {
      for (String line : block.text().split("\n")) {
        lines++;
        try {
          Policy policy = Policy.parse("api", line);
          assertThat(Policy.parse("api", policy.text())).isEqualTo(policy);
        } catch (PolicySyntaxException e) {
          wrong.add(block.where() + ": " + e.getMessage());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(lines).isGreaterThan(10);
  }

  @Test
  @DisplayName("every message of the pages is the one that the text above it gets")
  void messagesAreReal() {
    int messages = 0;
    for (Pages.Block block : Pages.blocks("policy-errors")) {
      String[] lines = block.text().split("\n");
      for (int i = 0; i < lines.length; i += 2) {
        String text = lines[i];
        assertThatThrownBy(() -> Policy.parse("api", text))
            .as("%s: %s", block.where(), text)
            .isInstanceOf(PolicySyntaxException.class)
            .hasMessage("policy \"" + text + "\", " + lines[i + 1].strip());
        messages++;
      }
    }
    assertThat(messages).isGreaterThan(5);
  }

  @Test
  @DisplayName("every link inside the repository leads somewhere")
  void linksResolve() {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Pages.Page page : Pages.all()) {
      List<String> lines = page.prose();
      for (int i = 0; i < lines.size(); i++) {
        Matcher link = LINK.matcher(lines.get(i));
        while (link.find()) {
          if (!link.group(1).matches("[a-z]+:.*")) {
            links++;
            if (!resolves(page, link.group(1))) {
              broken.add(page.name() + ":" + (i + 1) + ": " + link.group(1));
            }
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(20);
  }

  private static boolean resolves(Pages.Page page, String target) {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    String name = Pages.root().relativize(file).toString();
    return hash < 0 || Pages.at(name).anchors().contains(target.substring(hash + 1));
  }

  @Test
  @DisplayName("the README's test command is what CI runs")
  void testCommand() {
    String ci = Pages.text(Pages.root().resolve(".ci/run"));
    Matcher exec = Pattern.compile("^exec (.+)$", Pattern.MULTILINE).matcher(ci);
    assertThat(exec.find()).isTrue();
    assertThat(Pages.at("README.md").lines()).contains(exec.group(1));
  }
}
