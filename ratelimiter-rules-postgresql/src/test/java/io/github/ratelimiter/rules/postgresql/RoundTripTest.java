package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.RandomRules;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import io.github.ratelimiter.rules.match.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rules that are stored")
class RoundTripTest {
  private static final int SETS = 25;
  private static final int MICROSECOND = 1000;

  /** All but U+0000, which PostgreSQL does not have. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "42",
          "true",
          "null",
          "*",
          "\\*",
          " a ",
          "a\nb",
          "\u0085\uFEFF\u007F",
          "\u2028",
          "😀",
          "'\"\\",
          "$1",
          "{}",
          "é",
          "\\u0000",
          "\u0001");

  private final RuleDatabase database = TestServer.newDatabase(TestServer.newSchema());
  private final RuleEditor editor = database.editor("alice");

  private static Rule rule(String id) {
    return Rule.of(id, "5/min", new KeyPart(Kind.IP));
  }

  @Test
  @DisplayName("are read back equal, whatever is in them and whatever was there before")
  void equal() {
    RandomRules random = new RandomRules(7, TEXTS, MICROSECOND);
    for (int i = 0; i < SETS; i++) {
      RuleSet rules = random.next();
      RuleVersion before = database.read();
      RuleVersion stored =
          i % 3 == 0 ? editor.replace(rules, before.number()) : editor.change(anything -> rules);
      assertThat(stored.rules()).as("set %s", i).isEqualTo(rules);
      assertThat(database.read()).isEqualTo(stored);
      assertThat(stored.number())
          .isEqualTo(
              before.rules().equals(rules) && i % 3 > 0 ? before.number() : before.number() + 1);
    }
    assertThat(database.versions(SETS).get(0)).isEqualTo(database.read());
  }

  @Test
  @DisplayName("keep their ends in microseconds")
  void ends() {
    Instant end = Instant.parse("2026-12-24T00:00:00.123456789Z");
    RuleVersion stored =
        editor.deny(new ListEntry(new ListEntry.User("7"), "", "", Optional.of(end)));
    assertThat(stored.rules().deny().get(0).until())
        .contains(Instant.parse("2026-12-24T00:00:00.123456Z"));
  }

  @Test
  @DisplayName("cannot have the character U+0000, nor a time that PostgreSQL does not know")
  void refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> editor.create(rule("a").with(rule -> rule.name("a\u0000b"))))
        .withMessage("a text in the rules has the character U+0000, which PostgreSQL cannot store");
    for (String end : List.of("+300000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  editor.deny(
                      new ListEntry(
                          new ListEntry.User("7"), "", "", Optional.of(Instant.parse(end)))))
          .withMessageStartingWith("PostgreSQL cannot store this: ");
    }
    assertThat(database.read().rules()).isEqualTo(RuleSet.of());
  }

  @Test
  @DisplayName("must have a form in a file")
  void withoutForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> editor.create(rule("a").with(rule -> rule.match(new Condition.Method(Set.of())))))
        .withMessageStartingWith("the rules cannot be written: ");
  }
}
