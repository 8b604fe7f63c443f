package io.github.ratelimiter.simulation;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The instances with a recent heartbeat, as {@code fleet.lua} keeps them. */
final class FleetTable {
  private static final long SILENCE = 5_000_000;

  private final Map<String, Long> heard = new TreeMap<>();

  /** Records the heartbeat of an instance and returns the instances that are alive. */
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
