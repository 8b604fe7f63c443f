package io.github.ratelimiter.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A log of a run for people; kept only if it is read. */
final class Journal {
  private final boolean kept;
  private final Scheduler time;
  private final List<String> lines = new ArrayList<>();

  Journal(boolean kept, Scheduler time) {
    this.kept = kept;
    this.time = time;
  }

  void note(Supplier<String> text) {
    if (kept) {
      long micros = time.now() - Scheduler.START;
      lines.add(String.format(Locale.ROOT, "%11.6f  %s", micros / 1e6, text.get()));
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
