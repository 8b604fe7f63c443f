package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * Runs a log through policies, all in one pass. Lines count in the order of the file, and time
 * never moves backwards: a line earlier than the latest before it counts at that latest.
 */
final class Replay implements AutoCloseable {
  private static final long SECOND = 1_000_000;
  private static final int LEAST_DOUBTED = 10;
  private static final double OWN_KEYS = 0.95;
  private static final Line TOO_LONG =
      new Line.Unusable("it is longer than " + LineReader.LONGEST / 1024 + " KiB");

  private final LogInput input;
  private final KeyMaker keyMaker;
  private final ReplayClock clock = new ReplayClock();
  private final List<Trial> trials;
  private final KeyTable keys;
  private final Timeline timeline;
  private final Peak busiest = new Peak();
  private final Malformed malformed;
  private long requests;
  private long late;
  private long firstSecond;

  /**
   * Makes ready to read.
   *
   * @param maximumKeys how many keys to tell apart
   */
  Replay(
      LogInput input, List<Policy> policies, KeyMaker keyMaker, int maximumKeys, PrintWriter err) {
    this.input = input;
    this.keyMaker = keyMaker;
    this.trials = policies.stream().map(p -> new Trial(p, clock, maximumKeys)).toList();
    this.keys = new KeyTable(maximumKeys, policies.size());
    this.timeline = new Timeline(policies.size() + 1);
    this.malformed = new Malformed(err);
  }

  /**
   * Reads the log to its end.
   *
   * @throws CommandException if it cannot be read, or has no request
   */
  void run(Progress progress) {
    LineReader lines = new LineReader(input.stream());
    LogParser parser = new LogParser();
    try {
      for (String text = lines.next(); text != null; text = lines.next()) {
        progress.line(lines.number(), input);
        Line line = lines.cut() ? TOO_LONG : parser.read(text);
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
      if (!trials.get(i).allows(key.key(), seconds)) {
        key.refused(i);
        timeline.count(i + 1);
      }
    }
  }

  /** What makes the keys doubtful; empty if nothing does. */
  String doubt() {
    if (requests < LEAST_DOUBTED) {
      return "";
    }
    if (keys.keys() == 1 && keys.complete()) {
      return "all "
          + Text.number(requests)
          + " requests have one key by "
          + keyMaker
          + ", "
          + Text.clip(keys.anyKey(), 60, "...")
          + ": is it a proxy, or does the log not have the field?";
    }
    if (keys.keys() >= requests * OWN_KEYS) {
      return Text.number(keys.keys())
          + " keys by "
          + keyMaker
          + " in "
          + Text.number(requests)
          + " requests: nearly every request has a key of its own, which no policy limits";
    }
    return "";
  }

  /** What the log is called. */
  String source() {
    return input.name();
  }

  /** The fields that make a key, joined by {@code +}. */
  String keyedBy() {
    return keyMaker.toString();
  }

  /** The policies and what they did, in the order in which they were given. */
  List<Trial> trials() {
    return trials;
  }

  /** What the keys did. */
  KeyTable keys() {
    return keys;
  }

  /** Kind 0 is requests, kind {@code i + 1} what policy {@code i} refused. */
  Timeline timeline() {
    return timeline;
  }

  /** The minute with the most requests. */
  Peak.Worst busiest() {
    return busiest.worst();
  }

  /** How many lines were requests. */
  long requests() {
    return requests;
  }

  /** How many lines were neither requests nor blank. */
  long malformed() {
    return malformed.count();
  }

  /** How many requests counted at a later time than they tell. */
  long late() {
    return late;
  }

  /** The time of the first request, in seconds since the Unix epoch. */
  long firstSecond() {
    return firstSecond;
  }

  /** The latest time of a request, in seconds since the Unix epoch. */
  long lastSecond() {
    return clock.nowMicros() / SECOND;
  }

  @Override
  public void close() {
    trials.forEach(Trial::close);
  }
}
