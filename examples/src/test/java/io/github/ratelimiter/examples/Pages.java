package io.github.ratelimiter.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pages of the documentation: every Markdown file of the repository's root and of docs. */
final class Pages {
  private static final String FENCE = "```";

  /** The module of the benchmarks has the other libraries. */
  private static final String PEERS =
      "ratelimiter-bench/src/test/java/io/github/ratelimiter/bench/peers";

  /** A fenced block: its language, its text, and the line of the page on which the text begins. */
  record Block(Page page, String language, int line, String text) {
    String where() {
      return page.name() + ":" + line;
    }
  }

  record Page(Path file, String name, List<String> lines) {
    List<Block> blocks() {
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        String opening = lines.get(i).strip();
        if (opening.startsWith(FENCE)) {
          int first = i + 1;
          StringBuilder text = new StringBuilder();
          for (i++; i < lines.size() && !lines.get(i).strip().equals(FENCE); i++) {
            text.append(lines.get(i)).append('\n');
          }
          String language = opening.substring(FENCE.length()).strip();
          blocks.add(new Block(this, language, first + 1, text.toString()));
        }
      }
      return blocks;
    }

    List<Block> blocks(String language) {
      return blocks().stream().filter(block -> block.language().equals(language)).toList();
    }

    /** The lines with those inside fenced blocks left empty, so that line numbers stay. */
    List<String> prose() {
      List<String> prose = new ArrayList<>();
      boolean fenced = false;
      for (String line : lines) {
        boolean fence = line.strip().startsWith(FENCE);
        prose.add(fenced || fence ? "" : line);
        fenced ^= fence;
      }
      return prose;
    }

    /** The names by which headings can be linked to. */
    List<String> anchors() {
      return prose().stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
          .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .toList();
    }
  }

  private Pages() {}

  /** The repository's root: the nearest directory above that has the CI entry point. */
  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve(".ci/run"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not inside the repository");
      }
    }
    return directory;
  }

  static Page at(String name) {
    Path file = root().resolve(name);
    return new Page(file, name, text(file).lines().toList());
  }

  static List<Page> all() {
    return Stream.concat(files(root(), 1), files(root().resolve("docs"), 9))
        .filter(file -> file.toString().endsWith(".md"))
        .map(file -> at(root().relativize(file).toString().replace('\\', '/')))
        .toList();
  }

  static List<Block> blocks(String language) {
    return all().stream().flatMap(page -> page.blocks(language).stream()).toList();
  }

  /** All Java sources of the examples, and those about other libraries, each as one text. */
  static List<String> sources() {
    return Stream.of("examples/src/test/java", "examples/spring-boot/src/main/java", PEERS)
        .flatMap(directory -> files(root().resolve(directory), 20))
        .filter(file -> file.toString().endsWith(".java"))
        .map(Pages::text)
        .toList();
  }

  private static Stream<Path> files(Path directory, int depth) {
    try (Stream<Path> found = Files.walk(directory, depth)) {
      return found
          .filter(Files::isRegularFile)
          .filter(file -> !directory.relativize(file).startsWith("target"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
