package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.store.Deadline;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.JointRequest;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A store whose script reads a clock of ours: the server is told the time before each request. */
final class OnGivenClock extends ForwardingStore {
  private final RedisStateStore store;
  private final RedisCommands<String, String> commands;
  private final ManualTimeSource clock;
  private final AtomicLong told = new AtomicLong();

  /**
   * A store on a given clock.
   *
   * @param store whose script has {@code given-clock.lua} in the place of its clock
   */
  OnGivenClock(
      RedisStateStore store, RedisCommands<String, String> commands, ManualTimeSource clock) {
    super(store);
    this.store = store;
    this.commands = commands;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Decision> decide(Request request, Deadline deadline) {
    tell();
    return store.decide(request, deadline);
  }

  @Override
  public CompletionStage<List<Decision>> decideAll(JointRequest request, Deadline deadline) {
    tell();
    return store.decideAll(request, deadline);
  }

  private void tell() {
    long now = clock.nowMicros();
    if (told.get() != now) {
      commands.set("clock", Long.toString(now));
      told.set(now);
    }
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
