package io.github.ratelimiter.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The one thread on which alarms ring. */
class LibraryTimerTest {
  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Rings on the alarm's own thread: a stage of one that has rung already would run here. */
  private static CompletableFuture<Thread> threadOf(CompletableFuture<Void> alarm) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    var unused = alarm.thenRun(() -> thread.complete(Thread.currentThread()));
    return thread;
  }

  /** Returns the thread of a timer. On a busy machine an alarm rings before its stage is added. */
  private static Thread timerThread(ScheduledThreadPoolExecutor timer) {
    Thread thread = Thread.currentThread();
    for (long micros = 20_000; thread == Thread.currentThread(); micros *= 2) {
      thread = threadOf(LibraryTimer.after(micros, timer)).join();
    }
    return thread;
  }

  @Test
  @DisplayName("thousands of alarms ring on one daemon thread of the library's name")
  void oneThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Thread>> alarms = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      alarms.add(threadOf(LibraryTimer.after(200_000 + i % 1_000)));
    }
    alarms.forEach(alarm -> threads.add(alarm.join()));
    assertThat(threads).hasSize(1);
    Thread thread = threads.iterator().next();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("ratelimiter-timer");
  }

  @Test
  @DisplayName("a cancelled alarm is removed at once, not at its time")
  void cancelled() {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    scheduler.setRemoveOnCancelPolicy(true);
    CompletableFuture<Void> alarm = LibraryTimer.after(3_600_000_000L, scheduler);
    assertThat(scheduler.getQueue()).hasSize(1);
    alarm.cancel(false);
    assertThat(scheduler.getQueue()).isEmpty();
    assertThat(alarm).isCancelled();
    scheduler.shutdownNow();
  }

  @Test
  @DisplayName("a scheduler that is given rings; one that was shut down leaves nobody waiting")
  void given() {
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "given"));
    CompletableFuture<Thread> alarm = threadOf(LibraryTimer.after(50_000, scheduler));
    assertThat(alarm.join().getName()).isEqualTo("given");
    scheduler.shutdownNow();
    alarm = threadOf(LibraryTimer.after(50_000, scheduler));
    assertThat(alarm.join().getName()).isEqualTo("ratelimiter-timer");
  }

  @Test
  @DisplayName("who would block the thread that rings is told so, by the thread's name")
  void mayNotWait() {
    CompletableFuture<Void> alarm =
        LibraryTimer.after(50_000)
            .thenRun(() -> ServiceThreads.checkMayWait("acquire", "Do something else."));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              try {
                alarm.join();
              } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
              }
            })
        .withMessage(
            "acquire would block thread 'ratelimiter-timer', which runs the alarms of all"
                + " limiters, and nothing has been done. Do something else.");
    ServiceThreads.checkMayWait("acquire", "Nothing to say.");
  }

  @Test
  @DisplayName("what a thread does is forgotten when it has done it")
  void marks() {
    ServiceThreads.run(
        "rings",
        () -> {
          ServiceThreads.run("reads", () -> {});
          assertThatIllegalStateException()
              .isThrownBy(() -> ServiceThreads.checkMayWait("a", "b"))
              .withMessageContaining("which rings");
        });
    ServiceThreads.checkMayWait("a", "b");
  }

  @Test
  @DisplayName("the thread ends a second after the last alarm, and comes back with the next")
  void idle() {
    ScheduledThreadPoolExecutor timer = LibraryTimer.create();
    Thread first = timerThread(timer);
    await(() -> !first.isAlive());
    Thread second = timerThread(timer);
    assertThat(second).isNotSameAs(first);
    assertThat(second.getName()).isEqualTo("ratelimiter-timer");
    timer.shutdownNow();
  }
}
