package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.Batch.Entry;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Collects the requests under one hash tag into batches. A request that finds no batch under way is
 * sent at once. Those that arrive while one is under way are sent together in the next, those of
 * one key in their order. One connection carries all batches to a server, in order, so the next are
 * sent when only one is still unanswered: neither side waits for the other. In a cluster a batch
 * may be sent on to another node. There the next are sent when all are answered, so that a key's
 * requests are decided in the order in which they arrived.
 */
final class Batcher {
  /** The most keys in one script call: longer calls would only keep the server's others waiting. */
  static final int MOST_KEYS = 64;

  /** The most requests that are sent at a time. */
  static final int MOST_REQUESTS = 1024;

  private record Name(String policy, String key) {
    static Name of(Request request) {
      return new Name(request.policy().name(), request.key());
    }
  }

  private final Wire wire;
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean collecting = new AtomicBoolean();

  /** How many batches may be under way when the next are sent after an answer. */
  private final int overlap;

  Batcher(Wire wire) {
    this.wire = wire;
    this.overlap = wire.connector().isCluster() ? 0 : 1;
  }

  void submit(Pending pending) {
    waiting.add(pending);
    sendIfAtMost(0);
  }

  private void answered(Batch batch) {
    batches.remove(batch);
    sendIfAtMost(Math.min(underWay.decrementAndGet(), overlap));
  }

  /** Sends what waits, unless more batches than so many are under way: one of them will do it. */
  private void sendIfAtMost(int most) {
    while (!waiting.isEmpty() && underWay.get() <= most && collecting.compareAndSet(false, true)) {
      List<Entry> entries = collect();
      for (int i = 0; i < entries.size(); i += MOST_KEYS) {
        List<Entry> some = entries.subList(i, Math.min(i + MOST_KEYS, entries.size()));
        start(new Batch(wire, some, this::answered, this::start));
      }
      collecting.set(false);
    }
  }

  private void start(Batch batch) {
    underWay.incrementAndGet();
    batches.add(batch);
    batch.start();
  }

  private List<Entry> collect() {
    Now now = Now.look();
    Map<Name, Entry> byKey = new LinkedHashMap<>();
    @Nullable Request last = null;
    @Nullable Entry entry = null;
    int collected = 0;
    while (collected < MOST_REQUESTS) {
      Pending next = waiting.poll();
      if (next == null) {
        break;
      }
      if (next.take(now)) {
        Request request = next.request();
        if (entry == null || last == null || !sameState(request, last)) {
          entry =
              byKey.computeIfAbsent(
                  Name.of(request), name -> new Entry(wire.keys().stateKey(request)));
          last = request;
        }
        entry.add(next);
        collected++;
      }
    }
    return new ArrayList<>(byKey.values());
  }

  /** What callers of one hot key pass, the very same strings: others are found in the map. */
  @SuppressWarnings("StringEquality")
  private static boolean sameState(Request request, Request last) {
    return request.policy() == last.policy() && request.key() == last.key();
  }

  /**
   * Answers callers whose deadline has passed.
   *
   * @return false if nobody waits
   */
  boolean sweep(Now now) {
    for (Pending first = waiting.peek();
        first != null && (first.isDone() || first.isDue(now));
        first = waiting.peek()) {
      if (waiting.remove(first)) {
        first.expire();
      }
    }
    batches.forEach(batch -> batch.sweep(now));
    return underWay.get() > 0 || !waiting.isEmpty();
  }
}
