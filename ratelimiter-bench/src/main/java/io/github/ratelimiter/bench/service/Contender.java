package io.github.ratelimiter.bench.service;

import io.github.ratelimiter.bench.report.RoundTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/** A server and its clients, each with a connection of its own. */
final class Contender implements AutoCloseable {
  private static final int DIGITS = 3;

  private final ServerProcess server;
  private final int clients;
  private final IntFunction<Caller> caller;
  private final List<Caller> callers = new ArrayList<>();
  private final ExecutorService threads;
  private final RoundTimes times;

  /**
   * Creates a contender. Its clients connect in the first round: a connection that waits for other
   * servers to start would be closed.
   *
   * @param caller makes the client of a number
   */
  Contender(String name, ServerProcess server, int clients, IntFunction<Caller> caller) {
    this.server = server;
    this.times = new RoundTimes(name);
    this.clients = clients;
    this.caller = caller;
    this.threads = Executors.newFixedThreadPool(clients);
  }

  RoundTimes times() {
    return times;
  }

  /** Each client makes calls, one after another. */
  void round(int calls) {
    while (callers.size() < clients) {
      callers.add(caller.apply(callers.size()));
    }
    List<CompletableFuture<Histogram>> each = new ArrayList<>();
    for (Caller client : callers) {
      each.add(CompletableFuture.supplyAsync(() -> calls(client, calls), threads));
    }
    Histogram round = new Histogram(DIGITS);
    each.forEach(future -> round.add(future.join()));
    times.add(round);
  }

  private static Histogram calls(Caller caller, int calls) {
    Histogram times = new Histogram(DIGITS);
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      caller.call();
      times.recordValue(System.nanoTime() - start);
    }
    return times;
  }

  @Override
  public void close() {
    callers.forEach(Caller::close);
    threads.shutdown();
    server.close();
  }
}
