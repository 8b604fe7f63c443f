package io.github.ratelimiter.rules.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ratelimiter.rules.Combination;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.NewKeyBound;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.RuleVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Rules with a history")
class HistoryTest extends EditorFixture {
  @Test
  @DisplayName("tell who changed what, when, from what to what")
  void audit() {
    alice.create(rule("api", "5/min"));
    RuleVersion updated = bob.update(rule("api", "6/min"), 2);
    alice.deny(entry("7", ""));
    alice.change(rules -> rules.withCombination(Combination.FIRST));
    alice.delete("api", 3);

    List<AuditEntry> changes = database.changes(10);
    assertThat(changes)
        .extracting(AuditEntry::event)
        .containsExactly(
            "rule_deleted",
            "settings_updated",
            "deny_entry_created",
            "rule_updated",
            "rule_created");
    AuditEntry update = database.changesOf("api", 2).get(1);
    assertThat(update.revision()).hasValue(3);
    assertThat(update.time()).isEqualTo(updated.time());
    assertThat(update.author()).isEqualTo("bob");
    assertThat(update.rule()).contains("api");
    assertThat(update.before().orElseThrow()).contains("\"limits\": \"5/min\"");
    assertThat(update.after().orElseThrow()).contains("\"limits\": \"6/min\"");
    assertThat(changes.get(0).after()).isEmpty();
    assertThat(changes.get(4).before()).isEmpty();
    assertThat(changes.get(2).user()).contains("7");
    assertThat(changes.get(1).before()).contains("{\"combine\": \"all\"}");
  }

  @Test
  @DisplayName("tell what is done against clients that do harm")
  void defenses() {
    alice.change(rules -> rules.withNewKeys(NewKeyBound.of("100/h")));
    bob.change(rules -> rules.withHoneypots(Honeypots.paths(Duration.ofHours(1), "/.env")));
    List<AuditEntry> changes = database.changes(10);
    assertThat(changes)
        .extracting(AuditEntry::event)
        .containsExactly("settings_updated", "settings_updated");
    assertThat(changes.get(0).before().orElseThrow())
        .contains("\"new-keys\": ")
        .doesNotContain("honeypots");
    assertThat(changes.get(0).after().orElseThrow())
        .contains("\"honeypots\": {\"ban\": \"1h\", \"paths\": [\"/.env\"]}");
    assertThat(alice.rollback(1, 3).rules()).isEqualTo(RuleSet.of());
  }

  @Test
  @DisplayName("tell each thing that one change changes")
  void several() {
    RuleSet rules =
        RuleSet.of(rule("a", "1/s"), rule("b", "2/s"))
            .withDefault(rule("c", "3/s"))
            .withLists(List.of(entry("7", "x"), entry("7", "x")), List.of());
    alice.replace(rules, 1);
    assertThat(database.changes(10))
        .extracting(AuditEntry::event)
        .containsExactlyInAnyOrder(
            "rule_created",
            "rule_created",
            "rule_created",
            "deny_entry_created",
            "deny_entry_created",
            "settings_updated");
    bob.change(all -> rules.withLists(List.of(entry("7", "x")), List.of()));
    assertThat(database.changes(1).get(0).event()).isEqualTo("deny_entry_deleted");
    assertThat(database.changes(10)).hasSize(7);
  }

  @Test
  @DisplayName("tell from where a change was made, page by page")
  void origin() {
    database.editor("carol", "192.0.2.7").create(rule("api", "5/min"));
    alice.update(rule("api", "6/min"), 2);
    alice.create(rule("other", "1/s"));
    List<AuditEntry> last = database.changesOf("api", 1);
    assertThat(last.get(0).origin()).isEmpty();
    assertThat(database.changesOf("api", last.get(0).id(), 9))
        .singleElement()
        .satisfies(entry -> assertThat(entry.origin()).contains("192.0.2.7"));
    assertThat(database.changes(last.get(0).id(), 9)).hasSize(1);
  }

  @Test
  @DisplayName("tell when all rules were set into shadow, which is a revision and stays")
  void shadow() {
    alice.create(rule("api", "5/min"));
    assertThat(database.isShadowed()).isFalse();
    assertThat(bob.shadowAll(true).number()).isEqualTo(3);
    assertThat(bob.shadowAll(true).number()).isEqualTo(3);
    assertThat(database.isShadowed()).isTrue();
    AuditEntry entry = database.changes(1).get(0);
    assertThat(entry.event()).isEqualTo("shadow_updated");
    assertThat(entry.author()).isEqualTo("bob");
    assertThat(entry.before()).contains("false");
    assertThat(entry.after()).contains("true");
    alice.rollback(1, 3);
    assertThat(database.isShadowed()).isTrue();
  }

  @Test
  @DisplayName("tell when each rule was made and changed, and how many users have a tier")
  void stamps() {
    alice.create(rule("api", "5/min"));
    bob.update(rule("api", "6/min"), 2);
    RuleStamp stamp = database.stamps().get("api");
    assertThat(stamp.createdBy()).isEqualTo("alice");
    assertThat(stamp.updatedBy()).isEqualTo("bob");
    assertThat(stamp.revision()).isEqualTo(3);
    assertThat(stamp.updatedAt()).isAfter(stamp.createdAt());
    alice.setTier("1", "gold");
    alice.setTier("2", "gold");
    assertThat(database.tierSizes()).containsExactly(Map.entry("gold", 2L));
    assertThat(database.version(2).orElseThrow().author()).isEqualTo("alice");
    assertThat(database.version(9)).isEmpty();
  }

  @Test
  @DisplayName("go back to an earlier version")
  void rollback() {
    alice.change(rules -> RuleSet.of(rule("a", "1/s")));
    alice.change(rules -> RuleSet.of(rule("a", "2/s"), rule("b", "1/s")));
    RuleVersion back = bob.rollback(2, 3);
    assertThat(back.rules()).isEqualTo(RuleSet.of(rule("a", "1/s")));
    assertThat(back.number()).isEqualTo(4);
    assertThat(database.versions(2)).extracting(RuleVersion::number).containsExactly(4L, 3L);
    assertThat(database.versions(9).get(2).rules()).isEqualTo(RuleSet.of(rule("a", "1/s")));
    assertThatThrownBy(() -> alice.rollback(1, 3)).isInstanceOf(RuleConflictException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> alice.rollback(77, 4))
        .withMessage("there is no version 77; the last 100 are kept");
  }
}
