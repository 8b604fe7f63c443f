package io.github.ratelimiter.cli;

import static io.github.ratelimiter.cli.ReplayLog.LOG;
import static io.github.ratelimiter.cli.ReplayLog.line;
import static io.github.ratelimiter.cli.ReplayLog.replay;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests a replay allows, by time, key and policy. */
class ReplayDecisionsTest {
  @Test
  void countsRequestsKeysAndDecisions() {
    JsonObject json = replay(LOG, "--policy", "2/h");
    assertThat(json.get("policy").getAsString()).isEqualTo("2/h");
    assertThat(json.get("requests").getAsLong()).isEqualTo(8);
    assertThat(json.get("keys").getAsLong()).isEqualTo(3);
    assertThat(json.get("keysComplete").getAsBoolean()).isTrue();
    assertThat(json.get("allowed").getAsLong()).isEqualTo(5);
    assertThat(json.get("refused").getAsLong()).isEqualTo(3);
    assertThat(json.get("malformed").getAsLong()).isEqualTo(1);
    assertThat(json.get("from").getAsString()).isEqualTo("2015-05-17T10:00:00Z");
    assertThat(json.get("to").getAsString()).isEqualTo("2015-05-17T10:02:00Z");
    assertThat(json.get("worstMinute"))
        .hasToString("{\"begin\":\"2015-05-17T10:00:00Z\",\"requests\":7,\"refused\":3}");
    assertThat(json.get("topKeys"))
        .hasToString("[{\"key\":\"192.0.2.1\",\"requests\":5,\"allowed\":2,\"refused\":3}]");
  }

  @Test
  void requestsOutOfOrderAreDecidedAtTheLatestTime() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + line("192.0.2.9", "10:01:00", "/")
            // Both are decided at 10:01:00, when one permit is available again.
            + line("192.0.2.1", "10:00:01", "/")
            + line("192.0.2.1", "10:00:02", "/");
    JsonObject json = replay(log, "--policy", "1/min");
    assertThat(json.get("allowed").getAsLong()).isEqualTo(3);
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
    assertThat(json.get("late").getAsLong()).isEqualTo(2);
  }

  @Test
  void malformedLineDoesNotMoveTime() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + " - - [17/May/2016:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n"
            + line("192.0.2.1", "10:00:01", "/");
    JsonObject json = replay(log, "--policy", "1/min");
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
    assertThat(json.get("malformed").getAsLong()).isEqualTo(1);
  }

  @Test
  void timeZonesAreApplied() {
    String log =
        line("192.0.2.1", "10:00:00", "/")
            + "192.0.2.1 - - [17/May/2015:12:00:30 +0200] \"GET / HTTP/1.1\" 200 5\n";
    assertThat(replay(log, "--policy", "1/min").get("refused").getAsLong()).isEqualTo(1);
  }

  @Test
  void aDayOfATimeZoneBeginsAtItsMidnight() {
    // Midnight in Kathmandu is 18:15 UTC.
    String log =
        line("192.0.2.1", "18:14:58", "/")
            + line("192.0.2.1", "18:14:59", "/")
            + line("192.0.2.1", "18:15:00", "/")
            + line("192.0.2.1", "18:15:01", "/");
    JsonObject json = replay(log, "--policy", "fixed_window 1/day in asia/kathmandu");
    assertThat(json.get("policy").getAsString()).isEqualTo("fixed-window 1/day in Asia/Kathmandu");
    assertThat(json.get("allowed").getAsLong()).isEqualTo(2);
    assertThat(json.get("refused").getAsLong()).isEqualTo(2);
  }

  @Test
  void fractionsOfASecondAreApplied() {
    String log =
        "{\"ts\":1431857103.0,\"remote_addr\":\"192.0.2.1\"}\n"
            + "{\"ts\":1431857103.999999,\"remote_addr\":\"192.0.2.1\"}\n"
            + "{\"ts\":1431857104.0,\"remote_addr\":\"192.0.2.1\"}\n";
    JsonObject json = replay(log, "-p", "1/s");
    assertThat(json.get("allowed").getAsLong()).isEqualTo(2);
    assertThat(json.get("refused").getAsLong()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "ip, 3, 192.0.2.1",
    "path, 3, /b",
    "agent, 1, -",
    "user, 1, -",
    "ip+path, 6, 192.0.2.1|/a?x=1",
    "path+ip, 6, /a?x=1|192.0.2.1",
    "IP + user, 3, 192.0.2.1|-"
  })
  void keyHasOneFieldOrSeveral(String key, int keys, String mostLimited) {
    JsonObject json = replay(LOG, "--policy", "1/h", "--key", key);
    assertThat(json.get("keys").getAsInt()).isEqualTo(keys);
    JsonObject top = json.get("topKeys").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(top.get("key").getAsString()).isEqualTo(mostLimited);
  }

  @Test
  void longKeysAreDistinctAndReportedInFull() {
    String start = "/" + "x".repeat(100);
    String log = line("192.0.2.1", "10:00:00", start + "1") + line("::1", "10:00:00", start + "2");
    JsonObject json = replay(log, "-p", "0/s", "-k", "path");
    assertThat(json.get("keys").getAsLong()).isEqualTo(2);
    assertThat(json.get("topKeys").toString()).contains(start + "1", start + "2");
  }

  @Test
  void eachPolicyIsReplayedIndependently() {
    String both =
        Cli.reading(LOG).execute("replay", "-p", "2/h", "-p", "1/min", "--format=json").out();
    JsonArray all = JsonParser.parseString(both).getAsJsonArray();
    assertThat(all.get(0)).isEqualTo(replay(LOG, "-p", "2/h"));
    assertThat(all.get(1)).isEqualTo(replay(LOG, "-p", "1/min"));
  }

  @Test
  void moreKeysThanTheMaximumAreReportedAsIncomplete() {
    JsonObject json = replay(LOG, "-p", "2/h", "--max-keys", "1");
    assertThat(json.get("keys").getAsLong()).isEqualTo(1);
    assertThat(json.get("keysComplete").getAsBoolean()).isFalse();
    assertThat(json.get("requests").getAsLong()).isEqualTo(8);
    assertThat(json.get("forgottenKeys").getAsLong()).isPositive();
    String out = Cli.reading(LOG).execute("replay", "-p", "2/h", "--max-keys", "1").out();
    assertThat(out).contains("at least 1 key", "lower bounds", "Evicted early: ");
  }
}
