package io.github.ratelimiter.simulation;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which instances the server has heard of lately, as {@code fleet.lua} keeps them. */
final class FleetTable {
  private static final long SILENCE = 5_000_000;

  private final Map<String, Long> heard = new TreeMap<>();

  /** An instance says that it is alive, and is told who is. */
  List<String> beat(String name, long now) {
    long unheard = heard.isEmpty() ? 0 : now - Collections.max(heard.values()) - Heartbeat.BEAT;
    long uncounted = Math.max(unheard, 0);
    heard.values().removeIf(at -> now - at - uncounted >= SILENCE);
    heard.replaceAll((other, at) -> Math.min(at + uncounted, now));
    heard.put(name, now);
    return List.copyOf(heard.keySet());
  }

  void leave(String name) {
    heard.remove(name);
  }

  void forget() {
    heard.clear();
  }
}
