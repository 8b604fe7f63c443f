package io.github.ratelimiter.rules.postgresql;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Users in PostgreSQL")
class UserDatabaseTest {
  private final String schema = TestServer.newSchema();
  private final RuleDatabase database = TestServer.newDatabase(schema);
  private final UserDatabase users = database.users();

  private Optional<UserRecord> save(String id, String tier, Map<String, String> limits, long at) {
    return users.save(
        id,
        Optional.ofNullable(tier),
        limits,
        at < 0 ? OptionalLong.empty() : OptionalLong.of(at),
        "alice",
        "192.0.2.1");
  }

  @Test
  @DisplayName("are read as they were stored")
  void roundTrip() {
    Map<String, String> limits = Map.of("api", "500/min", "*", "10/s; \"'\\{}ä\n");
    UserRecord stored = save("o'\"\\{} 42", "premium", limits, -1).orElseThrow();
    assertThat(stored.tier()).contains("premium");
    assertThat(stored.limits()).isEqualTo(limits);
    assertThat(users.find(stored.id())).contains(stored);
    assertThat(database.tierOf(stored.id())).contains("premium");
    assertThat(users.find("another")).isEmpty();
  }

  @Test
  @DisplayName("are changed from the version that was read, or not at all")
  void versions() {
    UserRecord first = save("42", null, Map.of(), 0).orElseThrow();
    assertThat(save("42", "x", Map.of(), 0)).isEmpty();
    UserRecord second = save("42", "gold", Map.of(), first.version()).orElseThrow();
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(second.createdAt()).isEqualTo(first.createdAt());
    assertThat(save("42", "x", Map.of(), first.version())).isEmpty();
    assertThat(save("7", "x", Map.of(), first.version())).isEmpty();
    assertThat(save("42", "gold", Map.of(), -1)).contains(second);
    assertThat(users.delete("42", "alice", "")).isTrue();
    assertThat(users.delete("42", "alice", "")).isFalse();
    UserRecord again = save("42", "gold", Map.of(), 0).orElseThrow();
    assertThat(again.version()).isGreaterThan(second.version());
  }

  @Test
  @DisplayName("are made at the first use with the defaults, and then found")
  void findOrCreate() {
    UserRecord made = users.findOrCreate("42");
    assertThat(made.tier()).isEmpty();
    assertThat(made.limits()).isEmpty();
    assertThat(users.findOrCreate("42")).isEqualTo(made);
    assertThat(database.tierOf("42")).isEmpty();
    assertThat(database.tierSizes()).isEmpty();
    assertThat(database.changes(10)).isEmpty();
    // An index has no room for it.
    String huge =
        new Random(1).ints(9_000, 'a', 'z').mapToObj(Character::toString).collect(joining());
    assertThatIllegalArgumentException().isThrownBy(() -> users.findOrCreate(huge));
  }

  @Test
  @DisplayName("are listed by pages, in the order of their IDs")
  void pages() {
    List.of("b", "a", "Z", "c").forEach(users::findOrCreate);
    assertThat(users.list(0, 3)).extracting(UserRecord::id).containsExactly("Z", "a", "b");
    assertThat(users.list(3, 3)).extracting(UserRecord::id).containsExactly("c");
    assertThat(users.count()).isEqualTo(4);
  }

  @Test
  @DisplayName("have their changes in the audit log, with author and origin")
  void audit() {
    save("42", "gold", Map.of("api", "5/min"), -1);
    save("42", null, Map.of("api", "9/min"), -1);
    users.delete("42", "bob", "");
    assertThat(database.changes(10))
        .extracting(each -> each.event() + " by " + each.author())
        .containsExactly(
            "user_limits_deleted by bob",
            "user_limits_updated by alice",
            "user_tier_deleted by alice",
            "user_limits_created by alice",
            "user_tier_created by alice");
    assertThat(database.changes(10).get(1).after().orElseThrow()).contains("9/min");
  }

  @Test
  @DisplayName("keep their limits when an editor removes the tier")
  void removeTier() {
    save("42", "gold", Map.of("api", "5/min"), -1);
    RuleEditor alice = database.editor("alice");
    assertThat(alice.removeTier("42")).isTrue();
    assertThat(alice.removeTier("42")).isFalse();
    assertThat(users.find("42").orElseThrow().limits()).containsEntry("api", "5/min");
    alice.setTier("42", "free");
    assertThat(users.find("42").orElseThrow().limits()).containsEntry("api", "5/min");
  }

  @Test
  @DisplayName("are watched: a change by anybody is told, also one by hand; a new default is not")
  void watched() {
    List<String> changed = new CopyOnWriteArrayList<>();
    try (UserWatch watch = users.watch(changed::add)) {
      assertThat(watch).isNotNull();
      await()
          .until(
              () -> {
                TestServer.execute(schema, "UPDATE user_tiers SET tier = tier || 'x'");
                save("probe", "p", Map.of(), -1);
                users.delete("probe", "alice", "");
                return changed.contains("probe");
              });
      users.findOrCreate("new");
      TestServer.execute(schema, "INSERT INTO user_tiers (user_id, tier) VALUES ('hand', 'gold')");
      await().until(() -> changed.contains("hand"));
      assertThat(changed).doesNotContain("new");
    }
  }
}
