package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileException;
import io.github.ratelimiter.rules.file.RuleFileListener;
import io.github.ratelimiter.rules.file.RuleFileWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {
  @Test
  void howDoIReadRulesFromAFile(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("rules.yaml");
    Files.writeString(path, "rules: [{ id: login, key: ip, limits: 5/min }]");
    Rules inForce = Rules.builder(LocalStateStore.create()).build();
    List<RuleFileException> failures = new CopyOnWriteArrayList<>();
    RuleFileListener listener =
        new RuleFileListener() {
          @Override
          public void changed(RuleSet rules) {
            inForce.replace(rules, path.toString());
          }

          @Override
          public void failed(RuleFileException failure) {
            failures.add(failure);
          }
        };

    RuleFile file = RuleFile.at(path);
    RuleSet rules = file.read();
    RuleFileWatch watch = file.watch(rules, listener);

    try (watch) {
      Files.writeString(path, "rules: [{ id: login, key: ip, limits: 6/min }]");
      await().until(() -> inForce.version().rules().rule("login").isPresent());
    }
    assertThat(failures).isEmpty();
  }
}
