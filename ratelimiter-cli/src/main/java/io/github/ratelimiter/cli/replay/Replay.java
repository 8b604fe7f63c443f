package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.log.Line;
import io.github.ratelimiter.cli.log.LogInput;
import io.github.ratelimiter.cli.log.LogScan;
import java.util.List;

/**
 * Replays a log under several policies in one pass. Requests are decided in file order. Time never
 * moves backwards: a request earlier than a previous one is decided at the latest time so far.
 */
final class Replay implements AutoCloseable {
  private final LogInput input;
  private final KeyMaker keyMaker;
  private final LogScan scan;
  private final List<Trial> trials;
  private final KeyTable keys;
  private final Timeline timeline;
  private final Peak busiest = new Peak();

  /**
   * Creates a replay that has read nothing yet.
   *
   * @param maximumKeys the maximum number of keys to count
   * @param io receives the progress, and a message for each malformed line
   */
  Replay(LogInput input, List<Policy> policies, KeyMaker keyMaker, int maximumKeys, Io io) {
    this.input = input;
    this.keyMaker = keyMaker;
    this.scan = new LogScan(io);
    this.trials = policies.stream().map(p -> new Trial(p, scan.clock(), maximumKeys)).toList();
    this.keys = new KeyTable(maximumKeys, policies.size());
    this.timeline = new Timeline(policies.size() + 1);
  }

  /**
   * Reads the log to its end.
   *
   * @throws io.github.ratelimiter.cli.CommandException if the log cannot be read or contains no
   *     request
   */
  void run() {
    scan.run(input, this::decide);
    scan.end(input);
  }

  private void decide(Line.Request request) {
    long seconds = scan.second();
    timeline.moveTo(seconds);
    timeline.count(0);
    busiest.add(seconds, true);
    KeyTable.Counts key = keys.of(keyMaker.key(request), keyMaker);
    key.request();
    for (int i = 0; i < trials.size(); i++) {
      if (!trials.get(i).tryAcquire(key.key(), seconds)) {
        key.refused(i);
        timeline.count(i + 1);
      }
    }
  }

  /** Returns the name of the log. */
  String source() {
    return input.name();
  }

  /** Returns the fields that form a key, joined by {@code +}. */
  String keyedBy() {
    return keyMaker.toString();
  }

  /** Returns the replay of each policy, in the order of the policies. */
  List<Trial> trials() {
    return trials;
  }

  /** Returns the counts of the keys. */
  KeyTable keys() {
    return keys;
  }

  /** Returns the counts over time: requests are kind 0, refusals by policy i are kind i + 1. */
  Timeline timeline() {
    return timeline;
  }

  /** Returns the minute with the most requests. */
  Peak.Worst busiest() {
    return busiest.worst();
  }

  /** Returns the number of requests. */
  long requests() {
    return scan.requests();
  }

  /** Returns the number of lines that could not be used. */
  long malformed() {
    return scan.malformed();
  }

  /** Returns the number of requests that were decided at a later time than their own. */
  long late() {
    return scan.late();
  }

  /** Returns the time of the first request in seconds since the Unix epoch. */
  long firstSecond() {
    return scan.firstSecond();
  }

  /** Returns the latest time of a request in seconds since the Unix epoch. */
  long lastSecond() {
    return scan.second();
  }

  @Override
  public void close() {
    trials.forEach(Trial::close);
  }
}
