package io.github.ratelimiter.cli.log;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.StatusLine;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Reads the requests of one log, or of several in their order. The clock shows the time of the
 * request that is read. It never moves backwards: a request earlier than a previous one has the
 * latest time so far.
 */
public final class LogScan {
  private static final long SECOND = 1_000_000;
  private static final Line TOO_LONG =
      new Line.Unusable("it is longer than " + LineReader.LONGEST / 1024 + " KiB");

  private final Io io;
  private final LogClock clock = new LogClock();
  private final MalformedLines malformed;
  private int inputs;
  private long requests;
  private long late;
  private long firstSecond;

  /**
   * Creates a scan that has read nothing yet.
   *
   * @param io receives the progress, and a message for each malformed line
   */
  public LogScan(Io io) {
    this.io = io;
    this.malformed = new MalformedLines(io.err());
  }

  /**
   * Reads a log to its end.
   *
   * @param input the log
   * @param each receives the requests
   * @throws CommandException if the log cannot be read
   */
  public void run(LogInput input, Consumer<Line.Request> each) {
    LineReader lines = new LineReader(input.stream());
    LogParser parser = new LogParser();
    Progress progress = new Progress(new StatusLine(io));
    String file = inputs++ == 0 ? "" : input.name();
    try {
      for (String text = lines.next(); text != null; text = lines.next()) {
        progress.line(lines.number(), input);
        Line line = lines.truncated() ? TOO_LONG : parser.read(text);
        if (line instanceof Line.Request request) {
          moveTo(request);
          each.accept(request);
        } else if (line instanceof Line.Unusable unusable) {
          malformed.add(file, lines.number(), text, unusable.reason());
        }
      }
    } catch (IOException e) {
      throw input.unreadable(e);
    } finally {
      progress.close();
    }
  }

  private void moveTo(Line.Request request) {
    if (!clock.moveTo(request.micros())) {
      late++;
    }
    if (requests++ == 0) {
      firstSecond = second();
    }
  }

  /**
   * Ends the scan, and reports the malformed lines that were not printed.
   *
   * @param last the last log that was read
   * @throws CommandException if there was no request
   */
  public void end(LogInput last) {
    malformed.close();
    if (requests == 0) {
      throw last.withoutRequests(malformed.count(), malformed.firstReason());
    }
  }

  /** Returns the clock. */
  public LogClock clock() {
    return clock;
  }

  /** Returns the time of the clock in seconds since the Unix epoch. */
  public long second() {
    return clock.nowMicros() / SECOND;
  }

  /** Returns the time of the first request in seconds since the Unix epoch. */
  public long firstSecond() {
    return firstSecond;
  }

  /** Returns the number of requests. */
  public long requests() {
    return requests;
  }

  /** Returns the number of lines that could not be used. */
  public long malformed() {
    return malformed.count();
  }

  /** Returns the number of requests that were decided at a later time than their own. */
  public long late() {
    return late;
  }
}
