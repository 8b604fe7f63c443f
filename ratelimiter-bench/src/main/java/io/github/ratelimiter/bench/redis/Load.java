package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.server.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a contender is used.
 *
 * @param hot whether all requests are about one key
 * @param async whether nobody blocks
 * @param concurrency how many threads block, or how many requests are in flight
 */
public record Load(boolean hot, boolean async, int concurrency) {
  private static final int KEYS = 10_000;
  private static final int IN_FLIGHT = 256;
  private static final int MOST = 4096;
  private static final Pattern FORM = Pattern.compile("(keys|hot)-(?:(\\d{1,4})|async(\\d{0,4}))");

  /** All of them. */
  static final List<Load> ALL =
      List.of(
              "keys-1",
              "keys-16",
              "keys-64",
              "keys-async",
              "hot-1",
              "hot-16",
              "hot-64",
              "hot-async")
          .stream()
          .map(Load::parse)
          .toList();

  /** Reads what {@link #toString} writes. */
  static Load parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      boolean async = form.group(2) == null;
      String number = async ? form.group(3) : form.group(2);
      int concurrency = number.isEmpty() ? IN_FLIGHT : Integer.parseInt(number);
      if (concurrency >= 1 && concurrency <= MOST) {
        return new Load(form.group(1).equals("hot"), async, concurrency);
      }
    }
    throw new IllegalArgumentException(
        "found '"
            + text
            + "', expected keys or hot, and threads or async with a number in flight, as in keys-16"
            + " or hot-async256");
  }

  /** The keys, of 23 characters. */
  List<String> keys() {
    return keys("user", hot ? 1 : KEYS);
  }

  /** Keys of 23 characters that begin with a word of four. */
  static List<String> keys(String word, int count) {
    List<String> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(Server.MARK + ":" + word + ":" + (1_000_000_000L + i * 7_919L));
    }
    return keys;
  }

  /** For people. */
  String title() {
    return (hot ? "one hot key, " : "10,000 keys, ")
        + (async
            ? concurrency + " in flight asynchronously"
            : concurrency + (concurrency == 1 ? " thread" : " threads"));
  }

  @Override
  public String toString() {
    return (hot ? "hot-" : "keys-") + (async ? "async" : "") + concurrency;
  }
}
