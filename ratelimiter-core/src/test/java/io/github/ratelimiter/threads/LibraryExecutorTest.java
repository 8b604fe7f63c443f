package io.github.ratelimiter.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where the application's code runs. */
class LibraryExecutorTest {
  @Test
  @DisplayName("it runs tasks on daemon threads of the library's name, never on the caller's")
  void threads() {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    LibraryExecutor.shared().execute(() -> ran.complete(Thread.currentThread()));
    Thread thread = ran.join();
    assertThat(thread).isNotSameAs(Thread.currentThread());
    assertThat(thread.getName()).startsWith("ratelimiter-callback-");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  @DisplayName("some tasks that are held up hold up no other")
  void heldUp() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(7);
    for (int i = 0; i < 7; i++) {
      LibraryExecutor.shared()
          .execute(
              () -> {
                started.countDown();
                awaitQuietly(held);
              });
    }
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> other = new CompletableFuture<>();
    LibraryExecutor.shared().execute(() -> other.complete(null));
    other.join();
    held.countDown();
  }

  @Test
  @DisplayName("tasks that all wait for another task's future do not starve it")
  void waitingForEachOther() {
    CompletableFuture<Void> last = new CompletableFuture<>();
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      waiting.add(done);
      LibraryExecutor.shared()
          .execute(
              () -> {
                last.join();
                done.complete(null);
              });
    }
    LibraryExecutor.shared().execute(() -> last.complete(null));
    waiting.forEach(CompletableFuture::join);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
