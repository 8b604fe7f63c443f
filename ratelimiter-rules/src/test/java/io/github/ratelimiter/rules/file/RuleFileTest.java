package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A rule file")
class RuleFileTest {
  @TempDir private Path directory;

  private static String text(int limit) {
    return "rules: [{ id: a, key: ip, limits: %d/min }]\n".formatted(limit);
  }

  private static RuleSet rules(int limit) {
    return RuleSet.of(Rule.of("a", limit + "/min", new KeyPart(Kind.IP)));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static RuleFile file(Path path) {
    return RuleFile.at(path).withEnvironment(Map.of());
  }

  @Nested
  @DisplayName("that is read")
  class Reading {
    @Test
    @DisplayName("has rules, with values of the environment")
    void read() throws IOException {
      RuleFile file = file(write("rules.yaml", text(5)));
      assertThat(file.read()).isEqualTo(rules(5));
      assertThat(file.withEnvironment(Map.of("RATELIMITER_RULES_A_LIMITS", "6/min")).read())
          .isEqualTo(rules(6));
    }

    @Test
    @DisplayName("may begin with a byte order mark and have lines of Windows")
    void windows() throws IOException {
      assertThat(file(write("rules.yaml", "\uFEFF# rules\r\n" + text(5))).read())
          .isEqualTo(rules(5));
    }

    @Test
    @DisplayName("is named by its mistakes")
    void named() throws IOException {
      Path path = write("rules.yaml", "rule: []");
      assertThatThrownBy(() -> file(path).read())
          .isInstanceOf(RuleFileException.class)
          .hasMessage(
              path
                  + " has a mistake:\n  line 1, column 1: unknown name 'rule'; did you mean"
                  + " 'rules'?");
    }

    @Test
    @DisplayName("must be there, be a file, be in UTF-8 and not be too large")
    void unreadable() throws IOException {
      assertThatThrownBy(() -> file(directory.resolve("none")).read())
          .hasMessageEndingWith("file: there is no such file");
      assertThatThrownBy(() -> file(directory).read())
          .hasMessageContaining("file: the file cannot be read: ");
      Path latin = directory.resolve("latin");
      Files.write(latin, "# é".getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> file(latin).read())
          .hasMessageEndingWith("file: the file is not in UTF-8");
      Path large = directory.resolve("large");
      Files.write(large, new byte[(8 << 20) + 1]);
      assertThatThrownBy(() -> file(large).read())
          .hasMessageEndingWith("file: the file is larger than 8388608 bytes");
    }
  }

  @Nested
  @DisplayName("that is watched")
  class Watching {
    private final List<RuleSet> changes = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final RuleFileListener listener =
        new RuleFileListener() {
          @Override
          public void changed(RuleSet rules) {
            changes.add(rules);
            if (rules.equals(rules(13))) {
              throw new IllegalStateException("a listener fails");
            }
          }

          @Override
          public void failed(RuleFileException failure) {
            failures.add(failure.mistakes().get(0).toString());
          }
        };

    private void awaitChanges(RuleSet... expected) {
      await().untilAsserted(() -> assertThat(changes).containsExactly(expected));
    }

    private void awaitFailure(String expected) {
      await().untilAsserted(() -> assertThat(failures).containsExactly(expected));
    }

    @Test
    @DisplayName("is taken when it is written, and when a new file is renamed over it")
    void changes() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        write("rules.yaml", text(6));
        awaitChanges(rules(6));
        Files.move(write("new", text(7)), path, StandardCopyOption.ATOMIC_MOVE);
        awaitChanges(rules(6), rules(7));
        assertThat(watch).isNotNull();
      }
      assertThat(failures).isEmpty();
    }

    @Test
    @DisplayName("is taken at once if it has changed since it was read")
    void changedBefore() throws IOException {
      Path path = write("rules.yaml", text(6));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        awaitChanges(rules(6));
        assertThat(watch).isNotNull();
      }
    }

    @Test
    @DisplayName("is taken when a link behind its link changes, as of a ConfigMap")
    void links() throws IOException {
      Files.createDirectories(directory.resolve("..1"));
      Files.createDirectories(directory.resolve("..2"));
      write("..1/rules.yaml", text(5));
      write("..2/rules.yaml", text(6));
      Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
      Path path =
          Files.createSymbolicLink(directory.resolve("rules.yaml"), Path.of("..data/rules.yaml"));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        Path next = Files.createSymbolicLink(directory.resolve("..tmp"), Path.of("..2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        awaitChanges(rules(6));
        assertThat(watch).isNotNull();
      }
    }

    @Test
    @DisplayName("is reported if it has mistakes, and again when it is right, with the same rules")
    void mistakes() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        write("rules.yaml", "rules: [{ id: a, key: ip,");
        awaitFailure(
            "line 1, column 26: this is not YAML: expected the node content, but found"
                + " '<stream end>'");
        assertThat(changes).isEmpty();
        write("rules.yaml", text(5));
        awaitChanges(rules(5));
        assertThat(watch).isNotNull();
      }
    }

    @Test
    @DisplayName("is reported if it is emptied or deleted, and taken when it is there again")
    void deleted() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        Files.delete(path);
        awaitFailure("file: there is no such file");
        write("rules.yaml", "");
        await().untilAsserted(() -> assertThat(failures).hasSize(2));
        assertThat(failures.get(1)).contains("the file is empty");
        write("rules.yaml", text(6));
        awaitChanges(rules(6));
        assertThat(watch).isNotNull();
      }
    }

    @Test
    @DisplayName("is not reported if only its comments change")
    void layout() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        write("rules.yaml", "# five\n" + text(5));
        write("rules.yaml", text(6));
        awaitChanges(rules(6));
        write("rules.yaml", "# six\n" + text(6));
        write("rules.yaml", text(7));
        awaitChanges(rules(6), rules(7));
        assertThat(watch).isNotNull();
      }
      assertThat(failures).isEmpty();
    }

    @Test
    @DisplayName("is taken although it changes all the time")
    void restless() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        int[] written = {5};
        await()
            .until(
                () -> {
                  Files.move(
                      write("new", text(++written[0])), path, StandardCopyOption.ATOMIC_MOVE);
                  return !changes.isEmpty();
                });
        assertThat(watch).isNotNull();
      }
      assertThat(failures).isEmpty();
    }

    @Test
    @DisplayName("is watched on after a listener failed")
    void failingListener() throws IOException {
      Path path = write("rules.yaml", text(5));
      try (RuleFileWatch watch = file(path).watch(rules(5), listener)) {
        write("rules.yaml", text(13));
        awaitChanges(rules(13));
        write("rules.yaml", text(14));
        awaitChanges(rules(13), rules(14));
        assertThat(watch).isNotNull();
      }
    }

    @Test
    @DisplayName("has a daemon thread until the watch is closed")
    void thread() throws IOException {
      Path path = write("rules.yaml", text(6));
      Thread[] thread = new Thread[1];
      RuleFileListener remembering =
          new RuleFileListener() {
            @Override
            public void changed(RuleSet rules) {
              thread[0] = Thread.currentThread();
              changes.add(rules);
            }

            @Override
            public void failed(RuleFileException failure) {}
          };
      try (RuleFileWatch watch = file(path).watch(rules(5), remembering)) {
        awaitChanges(rules(6));
        assertThat(thread[0].isDaemon()).isTrue();
        assertThat(watch).isNotNull();
      }
      await().until(() -> !thread[0].isAlive());
    }
  }
}
