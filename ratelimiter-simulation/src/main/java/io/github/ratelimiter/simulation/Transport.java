package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.simulation.Network.Fate;
import io.github.ratelimiter.simulation.Network.Trouble;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.Fleet;
import io.github.ratelimiter.store.FleetStore;
import io.github.ratelimiter.store.Request;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The server as an instance sees it: one connection that keeps the order of requests. Requests that
 * are made while others are in progress are sent together in the next message. Like the real
 * transport it never sends a request again.
 */
final class Transport implements FleetStore {
  /** After this time without a reply another connection is opened. */
  private static final long SUSPICIOUS = 1_000_000;

  /** How long it takes to detect that the server does not listen. */
  private static final long REFUSAL = 200;

  private static final int MOST_REQUESTS = 64;

  private static final class Batch {
    final List<Pending> requests = new ArrayList<>();
    @Nullable StoreException refused;
  }

  private final World world;
  private final Instance instance;
  private final Heartbeat heartbeat;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private @Nullable Batch underWay;
  private long connectedFrom;
  private boolean closed;
  private long generations;

  Transport(World world, Instance instance) {
    this.world = world;
    this.instance = instance;
    this.heartbeat = new Heartbeat(world, instance);
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    Pending pending = new Pending(instance, replayable(request));
    long left = deadline.leftMicros();
    if (left == 0) {
      fail(pending, new StoreTimeoutException("no time left", false, null));
      return pending.answer();
    }
    waiting.add(pending);
    world.time().after(left, () -> instance.process().run(() -> expire(pending)));
    depart();
    return pending.answer();
  }

  @Override
  public CompletionStage<Decision> decide(Request request) {
    return decide(request, Deadline.after(timeout(), instance.process()));
  }

  @Override
  public Duration timeout() {
    return Duration.ofNanos(world.setup().timeoutMicros() * 1_000);
  }

  /** Replaces random numbers that a request draws by numbers from the seed. */
  private Request replayable(Request request) {
    long drawn = Seeds.mix(world.setup().seed(), 9, instance.name().hashCode(), generations++);
    long generation = 1 + Math.floorMod(drawn, Request.GENERATIONS - 1);
    if (request instanceof Request.Lease r) {
      return new Request.Lease(r.key(), r.policy(), r.min(), r.max(), r.micros(), generation);
    } else if (request instanceof Request.Hold r) {
      return new Request.Hold(r.key(), r.policy(), r.min(), r.max(), generation);
    } else if (request instanceof Request.HoldEach r) {
      return new Request.HoldEach(r.key(), r.policy(), r.permitsOfLimits(), generation);
    } else if (request instanceof Request.Reserve r) {
      return new Request.Reserve(r.key(), r.policy(), r.permits(), r.maxWaitMicros(), generation);
    }
    return request;
  }

  private void expire(Pending pending) {
    if (!pending.isDone()) {
      boolean sent = !waiting.remove(pending);
      boolean refused = underWay != null && underWay.refused != null && contains(pending, underWay);
      fail(pending, new StoreTimeoutException("no answer in time", sent && !refused, null));
    }
  }

  private static boolean contains(Pending pending, Batch underWay) {
    return underWay.requests.contains(pending);
  }

  // --- there and back --------------------------------------------------------------------------

  private void depart() {
    if (underWay != null || waiting.isEmpty()) {
      return;
    }
    Batch next = new Batch();
    while (!waiting.isEmpty() && next.requests.size() < MOST_REQUESTS) {
      next.requests.add(waiting.remove());
    }
    underWay = next;
    next.refused = refusal();
    Fate fate = world.network().next(instance.slot());
    if (next.refused != null) {
      world.time().after(REFUSAL, () -> instance.process().run(() -> refused(next)));
      return;
    }
    world.time().after(SUSPICIOUS, () -> instance.process().run(() -> giveUp(next)));
    if (fate.trouble() == Trouble.REQUEST_LOST_AND_CUT) {
      world.time().after(fate.there(), () -> cut(next));
    } else if (fate.trouble() != Trouble.REQUEST_LOST) {
      world.time().after(fate.there(), () -> world.server().arrive(() -> arrived(next, fate)));
    }
  }

  private @Nullable StoreException refusal() {
    StoreException wrong = world.door().refusal(world.now());
    if (wrong != null) {
      return wrong;
    }
    return world.server().isDown() || world.now() < connectedFrom
        ? new StoreUnavailableException("not connected", false, null)
        : null;
  }

  private void refused(Batch gone) {
    StoreException why = gone.refused;
    if (gone == underWay && why != null) {
      underWay = null;
      gone.requests.stream().filter(p -> !p.isDone()).forEach(pending -> fail(pending, why));
      depart();
    }
  }

  private void arrived(Batch arrived, Fate fate) {
    world.server().carryOut(instance, arrived.requests);
    if (fate.trouble() == Trouble.NONE || fate.trouble() == Trouble.REPLY_TWICE) {
      world.time().after(fate.back(), () -> instance.process().run(() -> answered(arrived)));
    }
    if (fate.trouble() == Trouble.REPLY_TWICE) {
      world.time().after(2 * fate.back(), () -> instance.process().run(() -> answered(arrived)));
    } else if (fate.trouble() == Trouble.REPLY_LOST_AND_CUT) {
      world.time().after(fate.back(), () -> cut(arrived));
    }
  }

  private void answered(Batch answered) {
    for (Pending pending : answered.requests) {
      if (pending.isDone()) {
        world.counts().add(pending.isUnknown() ? Kind.LATE_ANSWER : Kind.SECOND_ANSWER);
      } else if (pending.refusal() != null) {
        fail(pending, pending.refusal());
      } else {
        instance.heardOf(pending.executed());
        world.recorder().during(pending, () -> answer(pending));
      }
    }
    giveUp(answered);
  }

  private static void answer(Pending pending) {
    pending.answer().complete(pending.executed().decision());
  }

  /** Stops waiting for a reply. A late reply arrives on a connection that is not read any more. */
  private void giveUp(Batch old) {
    if (old == underWay) {
      underWay = null;
      depart();
    }
  }

  // --- failures --------------------------------------------------------------------------------

  private void cut(Batch broken) {
    instance
        .process()
        .run(
            () -> {
              if (broken == underWay) {
                cut();
              }
            });
  }

  /** The connection breaks. Requests that were sent may have been carried out, or will be. */
  void cut() {
    instance.process().run(this::cutNow);
  }

  private void cutNow() {
    Batch broken = underWay;
    underWay = null;
    connectedFrom = world.now() + 40_000 + Seeds.random(world.now()).nextLong(90_000);
    List<Pending> unsent = new ArrayList<>(waiting);
    waiting.clear();
    if (broken != null) {
      boolean sent = broken.refused == null;
      broken.requests.stream()
          .filter(pending -> !pending.isDone())
          .forEach(p -> fail(p, new StoreUnavailableException("connection broken", sent, null)));
    }
    unsent.stream()
        .filter(pending -> !pending.isDone())
        .forEach(p -> fail(p, new StoreUnavailableException("connection broken", false, null)));
    depart();
  }

  private void fail(Pending pending, StoreException why) {
    world.recorder().failed(pending, why);
    world.recorder().during(pending, () -> pending.fail(why));
  }

  // --- the rest --------------------------------------------------------------------------------

  @Override
  public Optional<Fleet> fleet() {
    return heartbeat.fleet();
  }

  @Override
  public void close() {
    closed = true;
    heartbeat.leave();
  }

  @Override
  public String toString() {
    return "simulated server";
  }
}
