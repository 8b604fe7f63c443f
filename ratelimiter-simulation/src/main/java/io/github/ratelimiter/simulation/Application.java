package io.github.ratelimiter.simulation;

import io.github.ratelimiter.AsyncRateLimiter;
import io.github.ratelimiter.Cost;
import io.github.ratelimiter.Decision;
import io.github.ratelimiter.JointDecision;
import io.github.ratelimiter.JointLimiter;
import io.github.ratelimiter.Reservation;
import io.github.ratelimiter.StoreMisconfiguredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes the application's calls and checks every result. */
final class Application {
  /** The longest time that callers wait for permits, in microseconds. */
  static final long LONGEST_WAIT = 3_000_000;

  private final World world;

  Application(World world) {
    this.world = world;
  }

  void request(Event event) {
    SplittableRandom random = new SplittableRandom(event.seed());
    int slot = slot(event, random);
    List<String> keys = world.setup().keys();
    String key = keys.get(random.nextInt(3) > 0 ? 0 : random.nextInt(keys.size()));
    Instance instance = world.instance(slot);
    if (!instance.isUp()) {
      return;
    }
    world.deployments().beforeCall(instance, random.nextInt(1 << 16));
    if (world.setup().settling() && event.kind() == Kind.TRY && event.index() % 2 == 0) {
      if (random.nextInt(25) == 0) {
        drain(instance, key, random);
      } else {
        reserve(instance, key, random);
      }
      return;
    }
    if (world.setup().joint() && event.kind() != Kind.RESET && event.index() % 2 == 0) {
      takeTogether(instance, random);
      return;
    }
    switch (event.kind()) {
      case TRY -> take(new Call(Kind.TRY, instance, key, 1, world.now(), 0));
      case TRY_MANY ->
          take(new Call(Kind.TRY_MANY, instance, key, many(instance, random), world.now(), 0));
      case BURST -> {
        for (int calls = 5 + random.nextInt(40); calls > 0; calls--) {
          take(new Call(Kind.BURST, instance, key, 1, world.now(), 0));
        }
      }
      case WAIT, CANCEL -> await(event.kind(), instance, key, random);
      case PEEK -> look(instance, key, 1 + random.nextInt(3));
      case REFUND -> instance.lastGranted(key).ifPresent(this::refund);
      default -> reset(instance, key);
    }
  }

  /** Sends most requests of a phase to one instance, so that it takes leases. */
  private int slot(Event event, SplittableRandom random) {
    int any = random.nextInt(world.setup().instances());
    boolean busy = random.nextInt(3) > 0;
    return busy
        ? Seeds.random(world.setup().seed(), 7, event.index() / Plan.PHASE)
            .nextInt(world.setup().instances())
        : any;
  }

  private static long many(Instance instance, SplittableRandom random) {
    long capacity = instance.policy().capacity();
    long most = random.nextInt(8) == 0 ? capacity + 2 : Math.max(capacity / 3, 2);
    return 1 + random.nextLong(most);
  }

  // --- calls -----------------------------------------------------------------------------------

  void take(Call call) {
    ask(call, call.instance().acquire(call));
  }

  /** Takes permits of all keys in one call. One key may be observed only. */
  private void takeTogether(Instance instance, SplittableRandom random) {
    List<JointLimiter.Part> parts = new ArrayList<>();
    List<Call> calls = new ArrayList<>();
    int observed = random.nextInt(8);
    for (String key : world.setup().keys()) {
      long permits = 1L + random.nextInt(2);
      JointLimiter.Part part = instance.limiter().part(key).permits(permits);
      parts.add(parts.size() == observed ? part.observed() : part);
      calls.add(new Call(Kind.JOINT, instance, key, permits, world.now(), 0));
    }
    world.counts().add(Kind.JOINT);
    CompletableFuture<JointDecision> answer = JointLimiter.of(parts).tryAcquireAsync();
    for (Call call : calls) {
      call.asked(answer.thenApply(decision -> decision.parts().get(0).decision()));
      instance.calls().add(call);
    }
    var unused =
        answer.whenComplete(
            (decision, failure) -> {
              for (int part = 0; part < parts.size(); part++) {
                Decision own = decision == null ? null : decision.parts().get(part).decision();
                boolean granted = decision != null && decision.allowed();
                answered(calls.get(part), own, failure, granted);
              }
            });
  }

  /** Takes permits for a cost that is known later, and settles them then. */
  private void reserve(Instance instance, String key, SplittableRandom random) {
    long permits = 1L + random.nextInt(4);
    long cost = random.nextInt((int) permits + 3);
    long later = random.nextLong(LONGEST_WAIT);
    Kind kind = List.of(Kind.RESERVE, Kind.RESERVE_RANGE, Kind.RESERVE_COST).get(random.nextInt(3));
    Call call = new Call(kind, instance, key, permits, world.now(), 0);
    world.counts().add(kind);
    CompletableFuture<Reservation> answer = reserve(call);
    ask(
        call,
        answer.thenApply(
            made -> {
              call.uses(Math.min(cost, made.permits()));
              return made.decision();
            }));
    var unused =
        answer.thenAccept(
            made -> {
              if (made.allowed()) {
                world.time().after(later, () -> instance.process().run(() -> settle(made, cost)));
              }
            });
  }

  private static CompletableFuture<Reservation> reserve(Call call) {
    AsyncRateLimiter limiter = call.instance().limiter().async();
    return switch (call.kind()) {
      case RESERVE_RANGE -> limiter.reserve(call.key(), 1, call.permits());
      case RESERVE_COST -> {
        long[] each = new long[call.policy().limits().size()];
        Arrays.fill(each, call.permits());
        yield limiter.reserve(call.key(), Cost.of(each));
      }
      default -> limiter.reserve(call.key(), call.permits());
    };
  }

  private void drain(Instance instance, String key, SplittableRandom random) {
    world.counts().add(Kind.DRAIN);
    Call call = new Call(Kind.DRAIN, instance, key, 0, world.now(), 0);
    Duration duration = Duration.ofMillis(1 + random.nextInt(2_000));
    ask(call, instance.limiter().async().drain(key, duration));
  }

  private void settle(Reservation reservation, long cost) {
    if (cost > reservation.permits()) {
      world.counts().add(Kind.SETTLED_HIGHER);
    }
    reservation.settleAsync(cost);
  }

  private void await(Kind kind, Instance instance, String key, SplittableRandom random) {
    long waits = random.nextInt(4) == 0 ? random.nextLong(10_000) : random.nextLong(LONGEST_WAIT);
    Call call = new Call(kind, instance, key, 1 + random.nextInt(3), world.now(), waits);
    Duration maxWait = Duration.ofNanos(waits * 1_000);
    ask(call, instance.limiter().async().tryAcquire(key, call.permits(), maxWait));
    if (kind == Kind.CANCEL) {
      world.time().after(random.nextLong(waits + 1), () -> instance.process().run(call::cancel));
    }
  }

  private void look(Instance instance, String key, long permits) {
    Call call = new Call(Kind.PEEK, instance, key, permits, world.now(), 0);
    ask(call, instance.limiter().async().peek(key, permits));
  }

  private void refund(Call granted) {
    granted.refund();
    Instance instance = granted.instance();
    Call call = new Call(Kind.REFUND, instance, granted.key(), granted.permits(), world.now(), 0);
    ask(call, instance.limiter().async().refund(call.key(), call.permits()));
  }

  private void reset(Instance instance, String key) {
    Call call = new Call(Kind.RESET, instance, key, 0, world.now(), 0);
    ask(call, instance.limiter().async().reset(key));
  }

  private void ask(Call call, CompletableFuture<Decision> answer) {
    call.asked(answer);
    call.instance().calls().add(call);
    var unused = answer.whenComplete((decision, failure) -> answered(call, decision, failure));
  }

  // --- answers ---------------------------------------------------------------------------------

  private void answered(Call call, @Nullable Decision decision, @Nullable Throwable failure) {
    answered(call, decision, failure, true);
  }

  /**
   * Checks an answer.
   *
   * @param granted whether the permits of an allowed decision were granted, which in a joint call
   *     depends on the other parts
   */
  private void answered(
      Call call, @Nullable Decision decision, @Nullable Throwable failure, boolean granted) {
    long allowed = world.setup().timeoutMicros() + call.waits();
    long kept = call.kept(world.now());
    if (kept > allowed && !call.instance().isClosed()) {
      world.violated("late", () -> call + " took " + kept + " us of " + allowed);
    }
    world
        .journal()
        .note(
            () ->
                call + " -> " + (decision == null ? failure : decision.source() + ": " + decision));
    if (decision == null) {
      failed(call, failure);
      return;
    }
    if (decision.allowed() && !granted) {
      world.counts().add(Kind.JOINT_REFUSED_ELSEWHERE);
      return;
    }
    call.answered(decision);
    if (decision.allowed()) {
      allowed(call, decision);
    } else {
      world.counts().add(refusal(decision));
    }
  }

  private void allowed(Call call, Decision decision) {
    if (call.takes()) {
      world.recorder().granted(call, decision);
    }
  }

  private static Kind refusal(Decision decision) {
    return decision.outcome() == Decision.Outcome.IMPOSSIBLE
        ? Kind.IMPOSSIBLE
        : switch (decision.source()) {
          case FALLBACK -> Kind.REFUSED_BY_FALLBACK;
          case CACHED_REFUSAL -> Kind.REFUSED_BY_CACHE;
          default -> Kind.REFUSED_BY_STORE;
        };
  }

  /**
   * With a fallback, only configuration errors and operations that a fallback does not support
   * fail.
   */
  private void failed(Call call, @Nullable Throwable failure) {
    world.counts().add(Kind.FAILED);
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean expected =
        call.kind() == Kind.CANCEL
            || call.kind() == Kind.RESET
            || call.kind() == Kind.DRAIN
            || cause instanceof StoreMisconfiguredException
            || call.instance().isClosed()
            || !world.setup().fallenBack();
    if (!expected) {
      world.violated("failed", () -> call + " failed: " + cause);
    }
  }
}
