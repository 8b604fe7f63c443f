package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.SingleRequests.Entry;
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
 * sent immediately. Requests that arrive while one is in progress are collected: they are sent as
 * soon as they fill a batch, or after a reply when at most one batch is unanswered. So a server
 * that is busy always has the next batch, and one that is not gets few calls for many requests. A
 * server that is late gets no further batch, so that requests wait here, where they can still be
 * withdrawn. One connection carries all batches to a server in order, and those of one key stay in
 * order.
 *
 * <p>In a cluster a batch may be redirected to another node. There the next batch is sent when all
 * are answered, so that the requests of a key are decided in the order in which they arrived.
 */
final class Batcher {
  /**
   * The most keys in one script call. Longer calls would only delay other clients of the server.
   */
  static final int MOST_KEYS = 64;

  /** The most requests in a batch. */
  static final int MOST_REQUESTS = 1024;

  /**
   * The number of waiting requests, a joint one counted for each of its keys, at which a batch is
   * sent at once, even if they are of few keys: waiting for more would delay callers more than it
   * saves the server.
   */
  static final int FULL = MOST_KEYS;

  /** A full batch is sent at once only if fewer than these are unanswered. */
  static final int MOST_IN_PROGRESS = 32;

  /** The server is late if the oldest batch has been unanswered for this part of the timeout. */
  static final int LATE_PART = 8;

  private record Name(String policy, String key) {
    static Name of(Request request) {
      return new Name(request.policy().name(), request.key());
    }
  }

  private final Wire wire;
  private final Queue<Pending<?>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inProgress = new AtomicInteger();
  private final AtomicBoolean collecting = new AtomicBoolean();
  private final boolean cluster;
  private final long lateNanos;

  Batcher(Wire wire) {
    this.wire = wire;
    this.cluster = wire.connector().isCluster();
    this.lateNanos = wire.options().timeout().toNanos() / LATE_PART;
  }

  void submit(Pending<?> pending) {
    waiting.add(pending);
    waitingCount.addAndGet(pending.keys());
    send(0);
  }

  private void answered(Batch batch) {
    batches.remove(batch);
    send(Math.min(inProgress.decrementAndGet(), cluster ? 0 : 1));
  }

  /**
   * Sends the waiting requests in batches, as long as the next batch may be sent. Otherwise one of
   * those in progress sends them when it ends.
   *
   * @param most sends a batch that is not full if at most so many are in progress
   */
  private void send(int most) {
    while (mayBeSent(most) && collecting.compareAndSet(false, true)) {
      try {
        BatchContent content = collect();
        if (content != null) {
          start(new Batch(wire, content, this::answered, this::start));
        }
      } finally {
        collecting.set(false);
      }
    }
  }

  private boolean mayBeSent(int most) {
    int count = waitingCount.get();
    int before = inProgress.get();
    return count > 0 && (before <= most || (count >= FULL && mayBeAhead(before)));
  }

  private boolean mayBeAhead(int before) {
    if (cluster || before >= MOST_IN_PROGRESS) {
      return false;
    }
    Batch oldest = batches.peek();
    return oldest == null || oldest.ageNanos() < lateNanos;
  }

  private void start(Batch batch) {
    inProgress.incrementAndGet();
    batches.add(batch);
    batch.start();
  }

  /**
   * Takes waiting requests of one kind, up to the first of the other kind; null if there are none.
   */
  private @Nullable BatchContent collect() {
    Now now = Now.look();
    return waiting.peek() instanceof PendingJoint ? collectJoint(now) : collectSingle(now);
  }

  private @Nullable BatchContent collectSingle(Now now) {
    Map<Name, Entry> byKey = new LinkedHashMap<>();
    @Nullable Request last = null;
    @Nullable Entry entry = null;
    int collected = 0;
    while (collected < MOST_REQUESTS && byKey.size() < MOST_KEYS) {
      PendingRequest next = next(PendingRequest.class);
      if (next == null) {
        break;
      }
      if (next.take(now)) {
        Request request = next.request();
        if (entry == null || last == null || !SingleRequests.sameState(request, last)) {
          entry =
              byKey.computeIfAbsent(
                  Name.of(request), name -> new Entry(wire.keys().stateKey(request)));
          last = request;
        }
        entry.add(next);
        collected++;
      }
    }
    return byKey.isEmpty() ? null : new SingleRequests(new ArrayList<>(byKey.values()), wire);
  }

  private @Nullable BatchContent collectJoint(Now now) {
    List<PendingJoint> joints = new ArrayList<>();
    int keys = 0;
    while (keys < MOST_KEYS) {
      PendingJoint next = next(PendingJoint.class);
      if (next == null) {
        break;
      }
      if (next.take(now)) {
        joints.add(next);
        keys += next.keys();
      }
    }
    return joints.isEmpty() ? null : new JointRequests(joints, wire);
  }

  /** Removes the first waiting request; null if there is none of this kind. */
  private <P extends Pending<?>> @Nullable P next(Class<P> kind) {
    while (true) {
      Pending<?> first = waiting.peek();
      if (!kind.isInstance(first)) {
        return null;
      }
      // A sweep may have removed it.
      if (waiting.remove(first)) {
        waitingCount.addAndGet(-first.keys());
        return kind.cast(first);
      }
    }
  }

  /**
   * Completes requests with a deadline that has passed.
   *
   * @return false if no request waits
   */
  boolean sweep(Now now) {
    for (Pending<?> first = waiting.peek();
        first != null && (first.isDone() || first.isDue(now));
        first = waiting.peek()) {
      if (waiting.remove(first)) {
        waitingCount.addAndGet(-first.keys());
        first.expire();
      }
    }
    batches.forEach(batch -> batch.sweep(now));
    return inProgress.get() > 0 || !waiting.isEmpty();
  }
}
