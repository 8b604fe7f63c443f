package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.cli.CommandException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * Replays a log under several policies in one pass. Requests are decided in file order. Time never
 * moves backwards: a request earlier than a previous one is decided at the latest time so far.
 */
final class Replay implements AutoCloseable {
  private static final long SECOND = 1_000_000;
  private static final Line TOO_LONG =
      new Line.Unusable("it is longer than " + LineReader.LONGEST / 1024 + " KiB");

  private final LogInput input;
  private final KeyMaker keyMaker;
  private final ReplayClock clock = new ReplayClock();
  private final List<Trial> trials;
  private final KeyTable keys;
  private final Timeline timeline;
  private final Peak busiest = new Peak();
  private final MalformedLines malformed;
  private long requests;
  private long late;
  private long firstSecond;

  /**
   * Creates a replay that has read nothing yet.
   *
   * @param maximumKeys the maximum number of keys to count
   * @param err receives a message for each malformed line
   */
  Replay(
      LogInput input, List<Policy> policies, KeyMaker keyMaker, int maximumKeys, PrintWriter err) {
    this.input = input;
    this.keyMaker = keyMaker;
    this.trials = policies.stream().map(p -> new Trial(p, clock, maximumKeys)).toList();
    this.keys = new KeyTable(maximumKeys, policies.size());
    this.timeline = new Timeline(policies.size() + 1);
    this.malformed = new MalformedLines(err);
  }

  /**
   * Reads the log to its end.
   *
   * @throws CommandException if the log cannot be read or contains no request
   */
  void run(Progress progress) {
    LineReader lines = new LineReader(input.stream());
    LogParser parser = new LogParser();
    try {
      for (String text = lines.next(); text != null; text = lines.next()) {
        progress.line(lines.number(), input);
        Line line = lines.truncated() ? TOO_LONG : parser.read(text);
        if (line instanceof Line.Request request) {
          decide(request);
        } else if (line instanceof Line.Unusable unusable) {
          malformed.add(lines.number(), text, unusable.reason());
        }
      }
    } catch (IOException e) {
      throw input.unreadable(e);
    } finally {
      progress.close();
      malformed.close();
    }
    if (requests == 0) {
      throw input.withoutRequests(malformed.count(), malformed.firstReason());
    }
  }

  private void decide(Line.Request request) {
    if (!clock.moveTo(request.micros())) {
      late++;
    }
    long seconds = clock.nowMicros() / SECOND;
    if (requests++ == 0) {
      firstSecond = seconds;
    }
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
    return requests;
  }

  /** Returns the number of lines that could not be used. */
  long malformed() {
    return malformed.count();
  }

  /** Returns the number of requests that were decided at a later time than their own. */
  long late() {
    return late;
  }

  /** Returns the time of the first request in seconds since the Unix epoch. */
  long firstSecond() {
    return firstSecond;
  }

  /** Returns the latest time of a request in seconds since the Unix epoch. */
  long lastSecond() {
    return clock.nowMicros() / SECOND;
  }

  @Override
  public void close() {
    trials.forEach(Trial::close);
  }
}
