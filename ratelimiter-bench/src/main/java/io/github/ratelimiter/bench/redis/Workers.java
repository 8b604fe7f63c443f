package io.github.ratelimiter.bench.redis;

import io.github.ratelimiter.bench.Main;
import io.github.ratelimiter.bench.generator.Outcome;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes requests from several processes of this program, all with the same load at the same time.
 * Each process reads a task from a line of standard input and writes the result as a line.
 */
final class Workers implements Driver {
  private static final String PREPARE = "prepare";
  private static final String RUN = "run";
  private static final String DONE = "done";
  private static final long STOP_TIMEOUT_SECONDS = 5;

  private final List<Worker> workers = new ArrayList<>();

  private record Worker(Process process, PrintStream in, BufferedReader out) {}

  Workers(int processes, String uri, boolean refused) {
    try {
      for (int i = 0; i < processes; i++) {
        workers.add(start(uri, refused));
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  private static Worker start(String uri, boolean refused) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "redis",
                "--worker",
                "--uri",
                uri));
    if (refused) {
      command.add("--refused");
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Worker(
        process,
        new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8),
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
  }

  @Override
  public void prepare(RedisContender contender, Load load) {
    // Not concurrently, because the workers share the keys on the server.
    for (Worker worker : workers) {
      send(worker, PREPARE, contender, load, 0);
      readReply(worker);
    }
  }

  @Override
  public Outcome run(RedisContender contender, Load load, double seconds) {
    workers.forEach(worker -> send(worker, RUN, contender, load, seconds));
    return Outcome.merge(workers.stream().map(worker -> parse(readReply(worker))).toList());
  }

  private static void send(
      Worker worker, String task, RedisContender contender, Load load, double seconds) {
    worker.in.println(String.join(" ", task, contender.name(), load.toString(), "" + seconds));
  }

  private static String readReply(Worker worker) {
    try {
      String line = worker.out.readLine();
      if (line == null) {
        throw new IllegalStateException("a worker process ended early");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(worker -> worker.in.close());
    for (Worker worker : workers) {
      try {
        if (!worker.process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          worker.process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        worker.process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
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
                out.println(format(driver.run(contender, load, Double.parseDouble(words[3]))));
              }
              out.flush();
            });
  }

  private static String format(Outcome outcome) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(outcome);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static Outcome parse(String line) {
    byte[] bytes = Base64.getDecoder().decode(line);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Outcome) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a worker process replied " + line, e);
    }
  }
}
