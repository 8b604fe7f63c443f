package io.github.ratelimiter.server.users;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.Rule;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Users for decisions")
class UsersTest {
  private static final Rule API = Rule.of("api", "3/min", new KeyPart(Kind.USER));
  private static final Rule ALL = Rule.of("all", "100/min", new KeyPart(Kind.GLOBAL));

  /** A store that can fail, or wait, like one in another process. */
  private static final class TestStore implements UserStore {
    private final ProcessUsers users = new ProcessUsers(Clock.systemUTC());
    private final AtomicInteger finds = new AtomicInteger();
    private volatile boolean away;
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private Consumer<String> changed = id -> {};

    private void answer() {
      try {
        if (!answers.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the test has forgotten its store");
        }
      } catch (InterruptedException e) {
        throw new UserStoreException("interrupted", e);
      }
      if (away) {
        throw new UserStoreException("away");
      }
    }

    @Override
    public Optional<User> find(String id) {
      finds.incrementAndGet();
      Optional<User> found = users.find(id);
      answer();
      return found;
    }

    @Override
    public Optional<User> findOrCreate(String id) {
      finds.incrementAndGet();
      answer();
      return users.findOrCreate(id);
    }

    @Override
    public User save(String id, User.Settings settings, OptionalLong expected, String author) {
      return users.save(id, settings, expected, author);
    }

    @Override
    public boolean delete(String id, String author) {
      return users.delete(id, author);
    }

    @Override
    public Page list(long offset, int most) {
      return users.list(offset, most);
    }

    @Override
    public void onChange(Consumer<String> listener) {
      changed = listener;
    }

    @Override
    public String place() {
      return "test";
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public void close() {}
  }

  private final TestStore store = new TestStore();
  private Users users = new Users(store, false, Duration.ofHours(1));

  @AfterEach
  void close() {
    store.answers.countDown();
    users.close();
  }

  private static User.Settings limits(String rule, String limits) {
    return new User.Settings(Optional.empty(), Map.of(rule, limits));
  }

  private void save(String id, User.Settings settings) {
    users.save(id, settings, OptionalLong.empty(), "test");
  }

  /** The limits of a rule in the next decision. */
  private String decided(String id, Rule rule) {
    users.prepare(id).join();
    return users.of(id, rule).orElse(rule.policy()).text();
  }

  @Test
  @DisplayName("have their own limits at the next decision after a change here")
  void change() {
    assertThat(decided("42", API)).isEqualTo("3/min");
    save("42", limits("api", "9/min"));
    eventually("a busy machine loads it").until(() -> decided("42", API).equals("9/min"));
    users.delete("42", "test");
    eventually("and is told that it is gone").until(() -> decided("42", API).equals("3/min"));
  }

  @Test
  @DisplayName("have limits for every rule that counts them, and not for what all users share")
  void everyRule() {
    save("42", limits(User.EVERY_RULE, "9/min"));
    eventually("the limits are known").until(() -> decided("42", API).equals("9/min"));
    assertThat(decided("42", ALL)).isEqualTo("100/min");
    save("42", new User.Settings(Optional.of("gold"), Map.of("all", "7/min", "*", "9/min")));
    eventually("named ones count").until(() -> decided("42", ALL).equals("7/min"));
    assertThat(users.tierOf("42")).contains("gold");
  }

  @Test
  @DisplayName("are loaded once, and again when the store says that they have changed")
  void notified() {
    decided("42", API);
    eventually("he is known").until(() -> store.finds.get() == 1);
    decided("42", API);
    assertThat(store.finds).hasValue(1);
    store.save("42", limits("api", "9/min"), OptionalLong.empty(), "another instance");
    store.changed.accept("42");
    eventually("the change is known").until(() -> decided("42", API).equals("9/min"));
  }

  @Test
  @DisplayName("are read again after a while, if the store has not said anything")
  void refreshed() {
    users.close();
    users = new Users(store, false, Duration.ofMillis(50));
    decided("42", API);
    store.save("42", limits("api", "9/min"), OptionalLong.empty(), "another instance");
    eventually("the change is known").until(() -> decided("42", API).equals("9/min"));
  }

  @Test
  @DisplayName("stay as they are while the store is away, and nobody waits for it")
  void outage() {
    users.close();
    users = new Users(store, false, Duration.ofMillis(1));
    save("42", limits("api", "9/min"));
    eventually("he is known").until(() -> decided("42", API).equals("9/min"));
    store.away = true;
    int before = store.finds.get();
    eventually("several refreshes have failed")
        .until(
            () -> {
              assertThat(decided("42", API)).isEqualTo("9/min");
              return store.finds.get() > before + 3;
            });
    assertThat(decided("new", API)).isEqualTo("3/min");
    store.away = false;
    store.save("new", limits("api", "5/min"), OptionalLong.empty(), "test");
    eventually("new users are known again").until(() -> decided("new", API).equals("5/min"));
  }

  @Test
  @DisplayName("are not waited for by many checks while the store is slow")
  void slow() {
    store.answers = new CountDownLatch(1);
    for (int i = 0; i < 5_000; i++) { // At 50 ms each, this would take four minutes.
      assertThat(decided("user" + i, API)).isEqualTo("3/min");
    }
    store.answers.countDown();
    store.save("later", limits("api", "9/min"), OptionalLong.empty(), "test");
    eventually("the store is used again").until(() -> decided("later", API).equals("9/min"));
  }

  @Test
  @DisplayName("who are deleted while they are loaded are not there afterwards")
  void deletedWhileLoaded() {
    store.save("42", limits("api", "9/min"), OptionalLong.empty(), "test");
    store.answers = new CountDownLatch(1);
    var ready = users.prepare("42");
    eventually("the old state is read").until(() -> store.finds.get() == 1);
    users.delete("42", "test");
    store.answers.countDown();
    ready.join();
    eventually("the deletion counts").until(() -> decided("42", API).equals("3/min"));
    assertThat(decided("42", API)).isEqualTo("3/min");
  }

  @Test
  @DisplayName("are created by a check if the settings say so, unless their ID cannot be stored")
  void created() {
    users.close();
    users = new Users(store, true, Duration.ofHours(1));
    decided("42", API);
    eventually("he is stored").until(() -> store.users.find("42").isPresent());
    decided("a".repeat(Users.LONGEST_ID + 1), API);
    decided("a\0b", API);
    assertThat(store.list(0, 10).users()).extracting(User::id).containsExactly("42");
  }

  @Test
  @DisplayName("are created at the first use, once")
  void createdOnce() {
    eventually("he is stored")
        .until(
            () -> {
              users.create("42");
              return store.users.find("42").isPresent();
            });
    eventually("he is known")
        .until(
            () -> {
              users.create("42");
              int before = store.finds.get();
              users.create("42");
              return store.finds.get() == before;
            });
  }

  @Test
  @DisplayName("may have limits that nobody can read: they have those of the rule")
  void unreadable() {
    save("42", limits("api", "ten a minute"));
    assertThat(decided("42", API)).isEqualTo("3/min");
  }

  @Test
  @DisplayName("are bounded in this process: when it is full, a check creates none, and says so")
  void full() {
    ProcessUsers small = new ProcessUsers(Clock.systemUTC(), 2);
    assertThat(small.findOrCreate("1")).isPresent();
    assertThat(small.findOrCreate("2")).isPresent();
    assertThat(small.findOrCreate("3")).isEmpty();
    assertThat(small.findOrCreate("2")).isPresent();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> small.save("3", User.Settings.DEFAULTS, OptionalLong.empty(), "test"))
        .isInstanceOf(UserStoreException.class)
        .hasMessageContaining("keeps no more");
    assertThat(small.delete("1", "test")).isTrue();
    assertThat(small.findOrCreate("3")).isPresent();
  }
}
