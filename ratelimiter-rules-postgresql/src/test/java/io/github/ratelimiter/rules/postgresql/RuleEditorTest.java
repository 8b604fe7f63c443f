package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.LimitOverride;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleState;
import io.github.ratelimiter.rules.RuleVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Rules in a database")
class RuleEditorTest extends EditorFixture {
  @Nested
  @DisplayName("that are edited")
  class Editing {
    @Test
    @DisplayName("are created, changed and deleted, each with a revision of its own")
    void rules() {
      assertThat(database.read().number()).isEqualTo(1);
      assertThat(database.read().rules()).isEqualTo(RuleSet.of());

      RuleVersion created = alice.create(rule("api", "5/min"));
      assertThat(created.number()).isEqualTo(2);
      assertThat(created.author()).isEqualTo("alice");
      assertThat(created.rules()).isEqualTo(RuleSet.of(rule("api", "5/min")));

      RuleVersion updated = bob.update(rule("api", "6/min"), 2);
      assertThat(updated.number()).isEqualTo(3);
      assertThat(updated.author()).isEqualTo("bob");
      assertThat(updated.rules()).isEqualTo(RuleSet.of(rule("api", "6/min")));

      assertThat(alice.delete("api", 3).rules()).isEqualTo(RuleSet.of());
      assertThat(database.read().number()).isEqualTo(4);
    }

    @Test
    @DisplayName("can be changed in any way in one revision, and nothing changed makes none")
    void anything() {
      RuleVersion changed =
          alice.change(
              rules ->
                  rules
                      .withRules(List.of(rule("b", "1/s"), rule("a", "2/s")))
                      .withDefault(rule("other", "3/s"))
                      .withCombination(Combination.FIRST));
      assertThat(changed.number()).isEqualTo(2);
      assertThat(changed.rules().rules()).extracting(Rule::id).containsExactly("b", "a");
      assertThat(alice.change(rules -> rules)).isEqualTo(changed);
      assertThat(bob.update(rule("other", "4/s"), 2).rules().defaultRule())
          .contains(rule("other", "4/s"));
    }

    @Test
    @DisplayName("become the default rule, and end to be it")
    void defaults() {
      alice.change(
          rules -> rules.withRules(List.of(rule("a", "1/s"))).withDefault(rule("b", "2/s")));
      RuleSet swapped = RuleSet.of(rule("b", "2/s")).withDefault(rule("a", "1/s"));
      assertThat(alice.change(rules -> swapped).rules()).isEqualTo(swapped);
    }

    @Test
    @DisplayName("keep the order, and a rule that only moves is not changed")
    void order() {
      alice.change(rules -> RuleSet.of(rule("a", "1/s"), rule("b", "2/s"), rule("c", "3/s")));
      RuleSet moved = RuleSet.of(rule("c", "3/s"), rule("a", "1/s"));
      assertThat(bob.change(rules -> moved).rules()).isEqualTo(moved);
      assertThat(database.changesOf("a", 10)).hasSize(1);
      assertThat(alice.update(rule("a", "4/s"), 2).number()).isEqualTo(4);
    }

    @Test
    @DisplayName("go from state to state, along the arrows")
    void states() {
      alice.create(rule("a", "1/s").with(rule -> rule.state(RuleState.DRAFT)));
      assertThatIllegalStateException()
          .isThrownBy(() -> alice.changeState("a", RuleState.SUSPENDED, 2))
          .withMessage("rule 'a' is draft; it can become active or inactive, but not suspended");
      assertThat(alice.changeState("a", RuleState.ACTIVE, 2).rules().rule("a"))
          .contains(rule("a", "1/s"));
      assertThat(alice.changeState("a", RuleState.SUSPENDED, 3).number()).isEqualTo(4);
      assertThatIllegalStateException()
          .isThrownBy(
              () -> alice.update(rule("a", "1/s").with(rule -> rule.state(RuleState.DRAFT)), 4));
      assertThat(database.read().number()).isEqualTo(4);
    }

    @Test
    @DisplayName("have lists with entries that get the author of the editor")
    void lists() {
      alice.deny(entry("7", ""));
      alice.deny(entry("7", "carol"));
      alice.allow(entry("8", ""));
      RuleSet rules = database.read().rules();
      assertThat(rules.deny()).containsExactly(entry("7", "alice"), entry("7", "carol"));
      assertThat(rules.allow()).containsExactly(entry("8", "alice"));
      assertThat(bob.unlist(new ListEntry.User("7")).rules().deny()).isEmpty();
      assertThat(database.read().rules().allow()).hasSize(1);
    }

    @Test
    @DisplayName("have limits of users of their own, which end with the rule")
    void overrides() {
      alice.create(rule("api", "5/min"));
      LimitOverride override =
          new LimitOverride(
              "7", "api", Policy.parse("api", "9/min"), "vip", "bob", Optional.empty());
      assertThat(bob.override(override).rules().overrides()).containsExactly(override);
      assertThat(bob.removeOverrides("7", "api").rules().overrides()).isEmpty();
      bob.override(override);
      assertThat(alice.delete("api", 2).rules()).isEqualTo(RuleSet.of());
      assertThatIllegalArgumentException().isThrownBy(() -> bob.override(override));
    }

    @Test
    @DisplayName("have users with tiers, without a revision")
    void tiers() {
      assertThat(database.tierOf("7")).isEmpty();
      alice.setTier("7", "premium");
      alice.setTier("7", "premium");
      bob.setTier("7", "free");
      assertThat(database.tierOf("7")).contains("free");
      assertThat(alice.removeTier("7")).isTrue();
      assertThat(alice.removeTier("7")).isFalse();
      assertThat(database.read().number()).isEqualTo(1);
      assertThat(database.changes(10))
          .extracting(AuditEntry::event)
          .containsExactly("user_tier_deleted", "user_tier_updated", "user_tier_created");
      AuditEntry updated = database.changes(10).get(1);
      assertThat(updated.author()).isEqualTo("bob");
      assertThat(updated.user()).contains("7");
      assertThat(updated.before()).contains("premium");
      assertThat(updated.after()).contains("free");
      assertThat(updated.revision()).isEqualTo(OptionalLong.empty());
    }
  }

  @Nested
  @DisplayName("that two change")
  class Conflicts {
    @Test
    @DisplayName("conflict if both change the same rule, and the exception names the other")
    void sameRule() {
      alice.create(rule("api", "5/min"));
      bob.update(rule("api", "6/min"), 2);
      RuleConflictException conflict =
          catchThrowableOfType(
              RuleConflictException.class, () -> alice.update(rule("api", "7/min"), 2));
      assertThat(conflict)
          .hasMessage(
              "rule 'api' was changed by bob in revision 3; this change is based on revision 2");
      assertThat(conflict.expected()).isEqualTo(2);
      assertThat(conflict.actual()).isEqualTo(3);
      assertThat(conflict.author()).isEqualTo("bob");
      assertThat(database.read().rules().rule("api")).contains(rule("api", "6/min"));
      assertThatThrownBy(() -> alice.delete("api", 2)).isInstanceOf(RuleConflictException.class);
    }

    @Test
    @DisplayName("do not conflict if they change different rules")
    void differentRules() {
      alice.change(rules -> RuleSet.of(rule("a", "1/s"), rule("b", "1/s")));
      bob.update(rule("b", "2/s"), 2);
      assertThat(alice.update(rule("a", "3/s"), 2).rules())
          .isEqualTo(RuleSet.of(rule("a", "3/s"), rule("b", "2/s")));
    }

    @Test
    @DisplayName("conflict if one was deleted, and a rule that never was is unknown")
    void deleted() {
      alice.create(rule("api", "5/min"));
      bob.delete("api", 2);
      assertThatThrownBy(() -> alice.update(rule("api", "7/min"), 2))
          .isInstanceOf(RuleConflictException.class)
          .hasMessage(
              "rule 'api' was deleted by bob in revision 3; this change is based on revision 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> alice.update(rule("apis", "7/min"), 2))
          .withMessage("there is no rule 'apis'");
      alice.create(rule("api", "5/min"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bob.create(rule("api", "6/min")))
          .withMessage("there is a rule 'api' already");
    }

    @Test
    @DisplayName("conflict if all rules are replaced after any change")
    void replaced() {
      alice.deny(entry("7", ""));
      assertThatThrownBy(() -> bob.replace(RuleSet.of(), 1))
          .isInstanceOf(RuleConflictException.class)
          .hasMessage(
              "the rules were changed by alice in revision 2; this change is based on revision 1");
      assertThat(bob.replace(RuleSet.of(), 2).number()).isEqualTo(3);
    }

    @Test
    @DisplayName("lose nothing, however many change at once")
    void concurrently() throws Exception {
      int writers = 6;
      int changes = 15;
      alice.create(rule("api", "0/min"));
      ExecutorService threads = Executors.newFixedThreadPool(writers);
      try {
        List<Future<Integer>> conflicts =
            IntStream.range(0, writers)
                .mapToObj(
                    writer ->
                        threads.submit(() -> increment(database.editor("w" + writer), changes)))
                .toList();
        for (Future<Integer> conflict : conflicts) {
          assertThat(conflict.get()).isNotNegative();
        }
      } finally {
        threads.shutdownNow();
      }
      RuleVersion end = database.read();
      assertThat(end.rules().rule("api")).contains(rule("api", writers * changes + "/min"));
      assertThat(end.number()).isEqualTo(2 + writers * changes);
      assertThat(database.changesOf("api", 1000)).hasSize(1 + writers * changes);
    }

    /** Adds one to a limit, again and again, and returns how often somebody else was faster. */
    private int increment(RuleEditor editor, int changes) {
      int conflicts = 0;
      for (int done = 0; done < changes; ) {
        RuleVersion read = database.read();
        long permits =
            read.rules().rule("api").orElseThrow().policy().limits().get(0).permits() + 1;
        try {
          editor.update(rule("api", permits + "/min"), read.number());
          done++;
        } catch (RuleConflictException e) {
          conflicts++;
        }
      }
      return conflicts;
    }
  }

  @Test
  @DisplayName(
      "have an author for each change, a schema with a name, and a time that can be waited")
  void settings() {
    assertThatIllegalArgumentException().isThrownBy(() -> database.editor(""));
    assertThatIllegalArgumentException().isThrownBy(() -> database.withSchema(""));
    assertThatIllegalArgumentException().isThrownBy(() -> database.withTimeout(Duration.ZERO));
  }
}
