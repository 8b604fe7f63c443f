package io.github.ratelimiter.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.RulesListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A rule file that rules follow")
class FollowedFileTest {
  private static final String MISTAKE = "rules: [{ id: a, key: usr, limits: 9/min }]";

  @TempDir private Path directory;

  private final List<RuntimeException> rejected = new CopyOnWriteArrayList<>();
  private final Rules rules =
      Rules.builder(LocalStateStore.builder().build())
          .rules(rules(5))
          .listener(
              new RulesListener() {
                @Override
                public void rejected(RuntimeException reason) {
                  rejected.add(reason);
                }
              })
          .build();

  @BeforeEach
  void five() throws IOException {
    write(text(5));
  }

  private static RuleSet rules(int limit) {
    return RuleSet.of(Rule.of("a", limit + "/min", new KeyPart(Kind.IP)));
  }

  private static String text(int limit) {
    return "rules: [{ id: a, key: ip, limits: %d/min }]".formatted(limit);
  }

  /** Replaces the file at once: a file that is empty for a moment would be another mistake. */
  private void write(String text) throws IOException {
    Path whole = Files.writeString(directory.resolve("new"), text);
    Files.move(whole, path(), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path path() {
    return directory.resolve("rules.yaml");
  }

  private FollowedFile follow(Duration period) {
    return RuleFile.at(path()).withEnvironment(Map.of()).readEvery(period).watchFor(rules);
  }

  private FollowedFile follow() {
    return follow(Duration.ofMillis(5));
  }

  @Test
  @DisplayName("puts its changes into force, and is their author")
  void changed() throws IOException {
    try (FollowedFile file = follow()) {
      assertThat(file.status()).isEqualTo(new RuleFileStatus.InForce(1));
      write(text(6));
      await().until(() -> file.status().equals(new RuleFileStatus.InForce(2)));
      assertThat(rules.version().rules()).isEqualTo(rules(6));
      assertThat(rules.version().author()).isEqualTo(path().toString());
    }
  }

  @Test
  @DisplayName("is rejected with mistakes, and the rules before stay, until it is mended")
  void failed() throws IOException {
    try (FollowedFile file = follow()) {
      write(MISTAKE);
      await().until(() -> file.status() instanceof RuleFileStatus.Failed);
      RuleFileStatus.Failed first = (RuleFileStatus.Failed) file.status();
      assertThat(first.version()).isEqualTo(1);
      assertThat(first.reason().mistakes()).hasSize(1);

      write(MISTAKE + " # still");
      await().until(() -> rejected.size() == 2);
      await().until(() -> file.status() instanceof RuleFileStatus.Failed);
      RuleFileStatus.Failed second = (RuleFileStatus.Failed) file.status();
      assertThat(second.since()).isEqualTo(first.since());
      assertThat(second.reason()).isSameAs(rejected.get(1));
      assertThat(rules.version().rules()).isEqualTo(rules(5));

      write(text(5));
      await().until(() -> file.status().equals(new RuleFileStatus.InForce(1)));
    }
  }

  @Test
  @DisplayName("is updating while it changes")
  void updating() throws IOException {
    try (FollowedFile file = follow(Duration.ofMillis(50))) {
      int[] limit = {5};
      await()
          .until(
              () -> {
                write(text(++limit[0]));
                return file.status() instanceof RuleFileStatus.Updating;
              });
      await().until(() -> rules.version().rules().equals(rules(limit[0])));
      await().until(() -> file.status() instanceof RuleFileStatus.InForce);
    }
  }

  @Test
  @DisplayName("is replaced by rules of a program until it changes again")
  void replaced() throws IOException {
    try (FollowedFile file = follow()) {
      rules.replace(rules(7), "alice");
      assertThat(file.status()).isEqualTo(new RuleFileStatus.Replaced(2));
      write(text(8));
      await().until(() -> file.status().equals(new RuleFileStatus.InForce(3)));
    }
  }

  @Test
  @DisplayName("is not read without a pause")
  void period() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> follow(Duration.ZERO))
        .withMessage("period is PT0S; it must be 1 ms or more");
  }
}
