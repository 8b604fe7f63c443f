package io.github.ratelimiter.bench.service;

import io.github.ratelimiter.bench.report.Median;
import io.github.ratelimiter.bench.report.RoundTimes;
import java.time.Duration;
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
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private final ServerProcess server;
  private final int clients;
  private final IntFunction<Caller> caller;
  private final List<Caller> callers = new ArrayList<>();
  private final ExecutorService threads;
  private final RoundTimes times;
  private final List<Double> rates = new ArrayList<>();
  private long calls;
  private Duration cpuBefore = Duration.ZERO;

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

  /** Returns the median over the rounds of the calls in a second, of all clients. */
  double rate() {
    return Median.of(rates.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns the processor time of the server for a call, in microseconds. */
  double cpuMicros() {
    return server.cpu().minus(cpuBefore).toNanos() / NANOS_PER_MICRO / calls;
  }

  /** Forgets the rounds so far. */
  void forget() {
    times.forget();
    rates.clear();
    calls = 0;
    cpuBefore = server.cpu();
  }

  /** Each client makes calls, one after another. */
  void round(int callsOfEach) {
    while (callers.size() < clients) {
      callers.add(caller.apply(callers.size()));
    }
    long start = System.nanoTime();
    List<CompletableFuture<Histogram>> each = new ArrayList<>();
    for (Caller client : callers) {
      each.add(CompletableFuture.supplyAsync(() -> calls(client, callsOfEach), threads));
    }
    Histogram round = new Histogram(DIGITS);
    each.forEach(future -> round.add(future.join()));
    rates.add(round.getTotalCount() * NANOS_PER_SECOND / (System.nanoTime() - start));
    times.add(round);
    calls += round.getTotalCount();
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
