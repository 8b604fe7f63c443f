package io.github.ratelimiter.redis;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Decision.Source;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.fallback.Fallback;
import io.github.ratelimiter.servers.JavaCommand;
import io.github.ratelimiter.store.StoreEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance of an application, in a JVM of its own: a limiter with a local fallback, and callers
 * that ask for one key as fast as they are told to. It ends with the test that started it.
 */
final class Instance implements AutoCloseable {
  private static final String KEY = "k";

  private final Process process;
  private final PrintStream toProcess;
  private final BufferedReader fromProcess;

  private Instance(Process process) {
    this.process = process;
    this.toProcess = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.fromProcess = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts an instance, and does not wait for it. */
  static Instance start(String uri, String policy, Duration beat, int callsPerSecond) {
    try {
      return new Instance(
          new ProcessBuilder(
                  JavaCommand.program(),
                  "-Xmx64m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  JavaCommand.classPath(),
                  Instance.class.getName(),
                  uri,
                  policy,
                  Long.toString(beat.toMillis()),
                  Integer.toString(callsPerSecond))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fallback, as text. */
  String fallback() {
    return ask("fallback");
  }

  /** Lets the callers go on. */
  void go() {
    ask("go");
  }

  /** Stops the callers. */
  void halt() {
    ask("halt");
  }

  /** What its callers were admitted so far, by the store or without it. */
  long admitted() {
    return Long.parseLong(ask("admitted"));
  }

  /** What its callers were admitted without the store. */
  long admittedHere() {
    return Long.parseLong(ask("here"));
  }

  /** How often its circuit breaker opened. */
  long openings() {
    return Long.parseLong(ask("openings"));
  }

  /** How many calls failed because something is set up wrongly. */
  long mistakes() {
    return Long.parseLong(ask("mistakes"));
  }

  /** Whether the store decided one call more. */
  boolean isDecidedByTheStore() {
    return Boolean.parseBoolean(ask("store"));
  }

  private synchronized String ask(String question) {
    try {
      toProcess.println(question);
      String answer = fromProcess.readLine();
      if (answer == null) {
        throw new AssertionError("the instance has ended");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once, as a crash does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  // --- in the other process --------------------------------------------------------------------

  private static final class Callers extends Thread {
    private final RateLimiter limiter;
    private final long pauseNanos;
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong admittedHere = new AtomicLong();
    private final AtomicLong mistakes = new AtomicLong();
    private volatile boolean going;

    Callers(RateLimiter limiter, int callsPerSecond) {
      this.limiter = limiter;
      this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
      setDaemon(true);
    }

    @Override
    public void run() {
      long next = System.nanoTime();
      while (true) {
        next = Math.max(next + pauseNanos, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(20));
        LockSupport.parkNanos(next - System.nanoTime());
        if (going) {
          call();
        }
      }
    }

    private void call() {
      try {
        Decision decision = limiter.tryAcquire(KEY);
        if (decision.allowed()) {
          admitted.incrementAndGet();
          if (decision.source() == Source.FALLBACK) {
            admittedHere.incrementAndGet();
          }
        }
      } catch (StoreException e) {
        mistakes.incrementAndGet();
      }
    }
  }

  public static void main(String[] args) throws IOException {
    RedisStateStore store =
        RedisStateStore.builder(args[0]).beat(Duration.ofMillis(Long.parseLong(args[2]))).build();
    AtomicLong openings = new AtomicLong();
    Fallback fallback =
        Fallback.around(store)
            .listener(
                event -> {
                  if (event instanceof StoreEvent.BreakerOpened) {
                    openings.incrementAndGet();
                  }
                })
            .build();
    RateLimiter limiter = RateLimiter.of(Policy.parse("test", args[1]), fallback);
    limiter.peek("another");
    Callers callers = new Callers(limiter, Integer.parseInt(args[3]));
    callers.start();
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String question = questions.readLine();
        question != null;
        question = questions.readLine()) {
      String answer =
          switch (question) {
            case "go" -> Boolean.toString(callers.going = true);
            case "halt" -> Boolean.toString(callers.going = false);
            case "admitted" -> callers.admitted.toString();
            case "here" -> callers.admittedHere.toString();
            case "openings" -> openings.toString();
            case "mistakes" -> callers.mistakes.toString();
            case "store" -> Boolean.toString(decides(limiter));
            default -> fallback.toString();
          };
      System.out.println(answer);
    }
    System.exit(0);
  }

  private static boolean decides(RateLimiter limiter) {
    try {
      return limiter.peek("another").source() != Source.FALLBACK;
    } catch (StoreException e) {
      return false;
    }
  }
}
