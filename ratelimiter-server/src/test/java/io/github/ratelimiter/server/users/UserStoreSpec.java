package io.github.ratelimiter.server.users;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each store of users does. */
public abstract class UserStoreSpec {
  private static final User.Settings GOLD =
      new User.Settings(Optional.of("gold"), Map.of("api", "9/min", "*", "10/s; 500/day"));

  private UserStore store;

  /** Returns a store without users. */
  protected abstract UserStore newStore() throws Exception;

  /** Returns another store on the same users, if several instances can share them. */
  protected abstract Optional<UserStore> another();

  @BeforeEach
  void open() throws Exception {
    store = newStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private User save(String id, User.Settings settings, long expected) {
    OptionalLong version = expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected);
    return store.save(id, settings, version, "alice");
  }

  @Test
  @DisplayName("reads what was stored, whatever is in it")
  void roundTrip() {
    for (String id :
        List.of("42", "}{:*", "a\nb \"'\\ \u00e4\u6f22", "x".repeat(Users.LONGEST_ID))) {
      User saved = save(id, GOLD, -1);
      assertThat(saved.settings()).isEqualTo(GOLD);
      assertThat(saved.createdAt()).isEqualTo(saved.updatedAt());
      assertThat(store.find(id)).contains(saved);
      assertThat(store.findOrCreate(id)).contains(saved);
    }
    assertThat(store.find("another")).isEmpty();
  }

  @Test
  @DisplayName("replaces all settings, and keeps when the user was made")
  void replaced() {
    User first = save("42", GOLD, -1);
    User second = save("42", new User.Settings(Optional.empty(), Map.of("x", "1/s")), -1);
    assertThat(second.settings().tier()).isEmpty();
    assertThat(second.limits()).containsOnlyKeys("x");
    assertThat(second.createdAt()).isEqualTo(first.createdAt());
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(save("42", second.settings(), -1)).isEqualTo(second);
  }

  @Test
  @DisplayName("changes a user from the version that was read, or not at all")
  void versions() {
    User first = save("42", GOLD, 0);
    User second = save("42", User.Settings.DEFAULTS, first.version());
    for (long stale : List.of(0L, first.version(), second.version() + 1)) {
      assertThatThrownBy(() -> save("42", GOLD, stale)).isInstanceOf(UserConflictException.class);
    }
    assertThatThrownBy(() -> save("missing", GOLD, 7)).isInstanceOf(UserConflictException.class);
    assertThat(store.find("42")).contains(second);
    assertThat(store.delete("42", "alice")).isTrue();
    assertThat(store.delete("42", "alice")).isFalse();
    assertThatThrownBy(() -> save("42", GOLD, second.version()))
        .isInstanceOf(UserConflictException.class);
    assertThat(save("42", GOLD, 0).version()).isGreaterThan(second.version());
  }

  @Test
  @DisplayName("lets one of many changes of the same version win")
  void concurrent() throws Exception {
    User user = save("42", GOLD, 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> changes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        User.Settings settings = new User.Settings(Optional.of("tier" + i), Map.of());
        Callable<Boolean> change =
            () -> {
              try {
                save("42", settings, user.version());
                return true;
              } catch (UserConflictException e) {
                return false;
              }
            };
        changes.add(threads.submit(change));
      }
      int won = 0;
      for (Future<Boolean> change : changes) {
        won += change.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  @DisplayName("makes a user with the defaults once")
  void findOrCreate() {
    User made = store.findOrCreate("42").orElseThrow();
    assertThat(made.settings()).isEqualTo(User.Settings.DEFAULTS);
    assertThat(store.findOrCreate("42")).contains(made);
    assertThat(store.list(0, 10).total()).isEqualTo(1);
  }

  @Test
  @DisplayName("lists users by pages, in the order of their IDs")
  void pages() {
    assertThat(store.list(0, 10).users()).isEmpty();
    List.of("c", "a", "Z", "b").forEach(store::findOrCreate);
    assertThat(store.list(0, 3).users()).extracting(User::id).containsExactly("Z", "a", "b");
    assertThat(store.list(3, 3).users()).extracting(User::id).containsExactly("c");
    assertThat(store.list(99, 3).users()).isEmpty();
    assertThat(store.list(0, 3).total()).isEqualTo(4);
    store.delete("a", "alice");
    assertThat(store.list(0, 3).users()).extracting(User::id).containsExactly("Z", "b", "c");
  }

  @Test
  @DisplayName("tells other instances what has changed")
  void changes() {
    Optional<UserStore> other = another();
    if (other.isEmpty()) {
      return;
    }
    List<String> changed = new CopyOnWriteArrayList<>();
    try (UserStore watching = other.get()) {
      watching.onChange(changed::add);
      watching.find("42");
      eventually("a change is told")
          .until(
              () -> {
                store.delete("42", "alice");
                save("42", GOLD, -1);
                return changed.contains("42");
              });
      assertThat(watching.find("42").orElseThrow().settings()).isEqualTo(GOLD);
    }
  }
}
