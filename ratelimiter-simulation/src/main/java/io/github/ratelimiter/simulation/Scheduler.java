package io.github.ratelimiter.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Virtual time and its tasks. Tasks at one instant run in the order in which they were planned. */
final class Scheduler {
  /** Midnight of a day, in microseconds since the epoch. */
  static final long START = 1_767_225_600_000_000L;

  private record Task(long at, long number, Runnable action) {}

  private final Queue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
  private long now = START;
  private long planned;
  private long done;

  long now() {
    return now;
  }

  /** Returns the number of tasks that have run. */
  long done() {
    return done;
  }

  void at(long instant, Runnable action) {
    tasks.add(new Task(Math.max(instant, now), planned++, action));
  }

  void after(long micros, Runnable action) {
    at(now + micros, action);
  }

  void runUntil(long end) {
    for (Task next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
      tasks.remove();
      now = next.at;
      done++;
      next.action.run();
    }
    now = Math.max(now, end);
  }
}
