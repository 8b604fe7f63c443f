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
 * Collects the requests under one hash tag into batches. If no batch is in progress, a request is
 * sent immediately. Requests that arrive while one is in progress are sent together in the next
 * batch; those of one key stay in order. One connection carries all batches to a server in order,
 * so the next batch is sent when only one is unanswered: neither side waits for the other. In a
 * cluster a batch may be redirected to another node. There the next batch is sent when all are
 * answered, so that the requests of a key are decided in the order in which they arrived.
 */
final class Batcher {
  /**
   * The most keys in one script call. Longer calls would only delay other clients of the server.
   */
  static final int MOST_KEYS = 64;

  /** The most requests in a batch. */
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

  /** How many batches may be in progress when the next one is sent after a reply. */
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

  /**
   * Sends the waiting requests unless more than {@code most} batches are in progress. In that case
   * one of them sends them when it ends.
   */
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

  /** Callers of a hot key pass the same strings. Other requests are found in the map. */
  @SuppressWarnings("StringEquality")
  private static boolean sameState(Request request, Request last) {
    return request.policy() == last.policy() && request.key() == last.key();
  }

  /**
   * Completes requests with a deadline that has passed.
   *
   * @return false if no request waits
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
