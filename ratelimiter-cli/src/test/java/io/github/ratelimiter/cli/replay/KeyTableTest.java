package io.github.ratelimiter.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.cli.log.Line;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private static final KeyMaker BY_USER_AND_AGENT = KeyMaker.of("user+agent");

  private static String key(KeyMaker maker, String user, String agent) {
    return maker.key(new Line.Request(0, "192.0.2.1", "GET", "/", agent, user, 200));
  }

  @Test
  void countsLikeAMap() {
    Random random = new Random(3);
    KeyTable table = new KeyTable(1_000_000, 2);
    Map<String, Long> requests = new HashMap<>();
    Map<String, Long> refused = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      String key = "k" + (int) Math.abs(random.nextGaussian() * 9_000);
      KeyTable.Counts counts = table.of(key, BY_USER_AND_AGENT);
      counts.request();
      requests.merge(key, 1L, Long::sum);
      if (i % 3 == 0) {
        counts.refused(1);
        refused.merge(key, 1L, Long::sum);
      }
    }
    assertThat(table.keys()).isEqualTo(requests.size());
    assertThat(table.limitedKeys(0)).isZero();
    assertThat(table.limitedKeys(1)).isEqualTo(refused.size());
    List<KeyTable.Row> rows = table.top(1_000_000, 1);
    assertThat(rows).hasSize(refused.size());
    for (KeyTable.Row row : rows) {
      assertThat(row.requests()).isEqualTo(requests.get(row.key()));
      assertThat(row.refused(1)).isEqualTo(refused.get(row.key()));
    }
    assertThat(table.top(7, 1)).isEqualTo(rows.subList(0, 7));
    assertThat(table.top(7, 0)).isEmpty();
  }

  @Test
  void topKeysAreOrderedByRefusalsThenRequestsThenText() {
    KeyTable table = new KeyTable(10, 2);
    count(table, "d", 5, 2, 0);
    count(table, "b", 3, 2, 0);
    count(table, "a", 3, 2, 0);
    count(table, "c", 9, 0, 3);
    count(table, "e", 9, 0, 0);
    assertThat(table.top(9, 0)).extracting(KeyTable.Row::key).containsExactly("d", "a", "b");
    assertThat(table.top(9, 0, 1))
        .extracting(KeyTable.Row::key)
        .containsExactly("c", "d", "a", "b");
  }

  private static void count(KeyTable table, String key, int requests, int first, int second) {
    KeyTable.Counts counts = table.of(key, BY_USER_AND_AGENT);
    for (int i = 0; i < requests; i++) {
      counts.request();
      if (i < first) {
        counts.refused(0);
      }
      if (i < second) {
        counts.refused(1);
      }
    }
  }

  @Test
  void fullTableKeepsCountingItsKeys() {
    KeyTable table = new KeyTable(2, 1);
    for (String key : new String[] {"a", "b", "c", "a", "c"}) {
      KeyTable.Counts counts = table.of(key, BY_USER_AND_AGENT);
      assertThat(counts.key()).isEqualTo(key);
      counts.request();
      counts.refused(0);
    }
    assertThat(table.complete()).isFalse();
    assertThat(table.keys()).isEqualTo(2);
    assertThat(table.top(9, 0))
        .containsExactly(
            new KeyTable.Row("a", 2, List.of(2L)), new KeyTable.Row("b", 1, List.of(1L)));
  }

  @Test
  void differentFieldsHaveDifferentKeys() {
    String[] words = {"a", "b", "a b", "b a", "x".repeat(38), "x".repeat(39), "x".repeat(300)};
    Map<String, String> seen = new HashMap<>();
    for (String user : words) {
      for (String agent : words) {
        String key = key(BY_USER_AND_AGENT, user, agent);
        assertThat(key.length()).isLessThanOrEqualTo(41);
        assertThat(seen.put(key, user + "|" + agent)).isNull();
        assertThat(BY_USER_AND_AGENT.text()).isEqualTo(user + "|" + agent);
      }
    }
  }

  @Test
  void longKeyHasAShortenedText() {
    String key = key(BY_USER_AND_AGENT, "anna", "x".repeat(60));
    assertThat(KeyMaker.isShort(key)).isFalse();
    assertThat(KeyMaker.text(key)).matches("anna\\|x{12}\\.\\.\\. #[0-9a-f]{16}");
    assertThat(KeyMaker.text(key(BY_USER_AND_AGENT, "anna", "x"))).isEqualTo("anna|x");
  }
}
