package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.Rules;
import io.github.ratelimiter.rules.file.FollowedFile;
import io.github.ratelimiter.rules.file.RuleFile;
import io.github.ratelimiter.rules.file.RuleFileStatus;
import io.github.ratelimiter.store.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {
  @Test
  void howDoIReadRulesFromAFile(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("rules.yaml");
    Files.writeString(path, "rules: [{ id: login, key: ip, limits: 5/min }]");
    StateStore store = LocalStateStore.create();

    RuleFile file = RuleFile.at(path);
    Rules rules = Rules.builder(store).rules(file.read()).build();
    FollowedFile followed = file.watchFor(rules);

    try (followed) {
      Files.writeString(path, "rules: [{ id: login, key: ip, limits: 6/min }]");
      await().until(() -> followed.status().equals(new RuleFileStatus.InForce(2)));
    }
    assertThat(rules.version().author()).isEqualTo(path.toString());
  }
}
