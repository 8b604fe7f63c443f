package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.generator.Outcome;
import io.github.ratelimiter.bench.process.Child;
import io.github.ratelimiter.bench.process.Message;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes requests from several processes of this program, all with the same load at the same time.
 * Each process reads a task from a line of standard input and writes the result as a line.
 */
final class Workers implements Driver {
  private static final String PREPARE = "prepare";
  private static final String RUN = "run";
  private static final String DONE = "done";
  private static final Duration REPLY_TIMEOUT = Duration.ofMinutes(5);

  private final List<Child> workers = new ArrayList<>();

  Workers(int processes, String uri, boolean refused) {
    try {
      for (int i = 0; i < processes; i++) {
        workers.add(start(uri, refused));
      }
    } catch (UncheckedIOException e) {
      close();
      throw e;
    }
  }

  private static Child start(String uri, boolean refused) {
    List<String> arguments = new ArrayList<>(List.of("redis", "--worker", "--uri", uri));
    if (refused) {
      arguments.add("--refused");
    }
    return Child.start(List.of(), arguments);
  }

  @Override
  public void prepare(RedisContender contender, Load load) {
    // Not concurrently, because the workers share the keys on the server.
    for (Child worker : workers) {
      send(worker, PREPARE, contender, load, 0);
      var unused = worker.reply(REPLY_TIMEOUT);
    }
  }

  @Override
  public Outcome run(RedisContender contender, Load load, double seconds) {
    workers.forEach(worker -> send(worker, RUN, contender, load, seconds));
    Duration timeout = REPLY_TIMEOUT.plusMillis((long) (seconds * 1e3));
    return Outcome.merge(
        workers.stream()
            .map(worker -> Message.parse(worker.reply(timeout), Outcome.class))
            .toList());
  }

  private static void send(
      Child worker, String task, RedisContender contender, Load load, double seconds) {
    worker.send(String.join(" ", task, contender.name(), load.toString(), "" + seconds));
  }

  @Override
  public void close() {
    workers.forEach(Child::endInput);
    workers.forEach(Child::close);
  }

  /** Executes the tasks in a worker process until its input ends. */
  static void serve(Driver driver, Reader in, PrintWriter out) {
    new BufferedReader(in)
        .lines()
        .forEach(
            line -> {
              String[] words = line.split(" ");
              RedisContender contender = RedisContender.valueOf(words[1]);
              Load load = Load.parse(words[2]);
              if (words[0].equals(PREPARE)) {
                driver.prepare(contender, load);
                out.println(DONE);
              } else {
                out.println(
                    Message.format(driver.run(contender, load, Double.parseDouble(words[3]))));
              }
              out.flush();
            });
  }
}
