package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Mix;
import io.github.ratelimiter.bench.generator.Pace;
import io.github.ratelimiter.bench.server.Server;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requests of a measurement.
 *
 * @param hot whether all requests are for one key
 * @param async whether requests are asynchronous; otherwise threads block
 * @param concurrency the number of requests in flight or of threads
 */
public record Load(boolean hot, boolean async, int concurrency) {
  private static final int KEYS = 10_000;
  private static final int DEFAULT_IN_FLIGHT = 256;
  private static final int MAX_CONCURRENCY = 4096;
  private static final Pattern SYNTAX =
      Pattern.compile("(keys|hot)-(?:(\\d{1,4})|async(\\d{0,4}))");

  /** The default loads. */
  static final List<Load> DEFAULTS =
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

  /** Parses the text that {@link #toString()} returns. */
  static Load parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (matcher.matches()) {
      boolean async = matcher.group(2) == null;
      String number = async ? matcher.group(3) : matcher.group(2);
      int concurrency = number.isEmpty() ? DEFAULT_IN_FLIGHT : Integer.parseInt(number);
      if (concurrency >= 1 && concurrency <= MAX_CONCURRENCY) {
        return new Load(matcher.group(1).equals("hot"), async, concurrency);
      }
    }
    throw new IllegalArgumentException(
        "found '"
            + text
            + "', expected keys or hot with a number of threads, or async with a number in flight:"
            + " for example keys-16 or hot-async256");
  }

  /** Returns the pace of the requests. */
  Pace pace() {
    return new Pace(async ? Pace.Loop.IN_FLIGHT : Pace.Loop.THREADS, concurrency, 0);
  }

  /** Returns a mix of the keys. */
  Mix mix() {
    return Mix.uniform(keys());
  }

  /** Returns the keys, each with 23 characters. */
  List<String> keys() {
    return Server.keys("user", hot ? 1 : KEYS);
  }

  /** Returns the title in a table. */
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
