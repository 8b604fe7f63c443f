package io.github.ratelimiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A key of named parts")
class KeyTest {
  @Test
  @DisplayName("is a readable text")
  void text() {
    assertThat(Key.user("42").text()).isEqualTo("user:42");
    assertThat(Key.apiKey("k7f3").text()).isEqualTo("api-key:k7f3");
    assertThat(Key.ip("2001:db8::/64").text()).isEqualTo("ip:2001:db8::/64");
    assertThat(Key.global().and(Key.endpoint("/pay")).text()).isEqualTo("global|endpoint:/pay");
    assertThat(Key.of("tenant", "7")).hasToString("tenant:7");
    assertThat(Key.user("").text()).isEqualTo("user:");
  }

  @Test
  @DisplayName("cannot be spelled by a value with the separator")
  void separator() {
    Key forged = Key.user("42|endpoint:/pay");
    assertThat(forged).isNotEqualTo(Key.user("42").and(Key.endpoint("/pay")));
    assertThat(forged.text()).isEqualTo("user:42\\|endpoint:/pay");
    assertThat(Key.user("42\\").and(Key.endpoint("/pay")).text())
        .isEqualTo("user:42\\\\|endpoint:/pay");
  }

  @Test
  @DisplayName("has the same text as another only if it has the same parts")
  void unambiguous() {
    Random random = new Random(17);
    Map<String, List<String>> seen = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      List<String> parts = new ArrayList<>();
      Key key = null;
      for (int part = 0; part <= random.nextInt(3); part++) {
        String name = random.nextBoolean() ? "a" : "b";
        String value = word(random);
        parts.add(name);
        parts.add(value);
        Key next = Key.of(name, value);
        key = key == null ? next : key.and(next);
      }
      List<String> other = seen.putIfAbsent(key.text(), parts);
      assertThat(other == null ? parts : other).isEqualTo(parts);
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      word.append("|\\:ab".charAt(random.nextInt(5)));
    }
    return word.toString();
  }

  @Test
  @DisplayName("has names of lower-case letters, digits, hyphens and underscores")
  void names() {
    assertThat(Key.of("api_version-2", "v").text()).isEqualTo("api_version-2:v");
    for (String name : new String[] {"", "User", "a:b", "a|b", "1a", "a b"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Key.of(name, "v"))
          .withMessageStartingWith("'" + name + "' is not the name of a part");
    }
  }
}
