package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.server.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load on a contender.
 *
 * @param hot whether all requests are for one key
 * @param async whether requests are asynchronous; else threads block
 * @param concurrency the number of requests in flight, or of threads
 */
public record Load(boolean hot, boolean async, int concurrency) {
  private static final int KEYS = 10_000;
  private static final int IN_FLIGHT = 256;
  private static final int MOST = 4096;
  private static final Pattern FORM = Pattern.compile("(keys|hot)-(?:(\\d{1,4})|async(\\d{0,4}))");

  /** The loads that are measured by default. */
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

  /** Parses the text of {@link #toString()}. */
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

  /** Returns when requests are made. */
  Pace pace() {
    return new Pace(async ? Pace.Loop.IN_FLIGHT : Pace.Loop.THREADS, concurrency, 0);
  }

  /** Returns a mix of the keys. */
  Mix mix() {
    return Mix.evenly(keys());
  }

  /** Returns the keys, each of 23 characters. */
  List<String> keys() {
    return keys("user", hot ? 1 : KEYS);
  }

  /** Returns keys of 23 characters that contain a word of four. */
  static List<String> keys(String word, int count) {
    List<String> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(Server.MARK + ":" + word + ":" + (1_000_000_000L + i * 7_919L));
    }
    return keys;
  }

  /** Returns the name in a table. */
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
