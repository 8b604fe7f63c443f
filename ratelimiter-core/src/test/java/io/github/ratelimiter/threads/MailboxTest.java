package io.github.ratelimiter.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.Logged;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A mailbox")
class MailboxTest {
  private final Logged logged = Logged.privately("DEBUG");
  private final List<Runnable> executor = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(executor::add, 3, logged.logger(), "letters");

  @Test
  @DisplayName("runs its tasks in their order, by one task of the executor at a time")
  void inOrder() {
    mailbox.post(() -> done.add("a"));
    mailbox.offer(() -> done.add("b"));
    mailbox.post(() -> done.add("c"));
    assertThat(done).isEmpty();
    assertThat(executor).hasSize(1);
    executor.remove(0).run();
    assertThat(done).containsExactly("a", "b", "c");
    mailbox.offer(() -> done.add("d"));
    executor.remove(0).run();
    assertThat(done).endsWith("d");
  }

  @Test
  @DisplayName("drops what is offered while it is full, counts it, and says so once a minute")
  void full() throws Exception {
    for (int i = 0; i < 100; i++) {
      mailbox.offer(() -> done.add("offered"));
    }
    mailbox.post(() -> done.add("posted"));
    assertThat(mailbox.dropped()).isEqualTo(97);
    executor.remove(0).run();
    assertThat(done).containsExactly("offered", "offered", "offered", "posted");
    await().until(() -> !logged.lines().isEmpty());
    assertThat(logged.lines())
        .containsExactly(
            "WARN A receiver is slow: letters are dropped, 1 so far"
                + " {dropped=1, waiting=3, what=letters}");
  }

  @Test
  @DisplayName("does not wait for a receiver that blocks")
  void blocked() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Mailbox blocked = new Mailbox(LibraryExecutor.shared(), 3, logged.logger(), "letters");
    for (int i = 0; i < 100; i++) {
      blocked.offer(
          () -> {
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    assertThat(blocked.dropped()).isEqualTo(97);
    end.countDown();
    await().until(() -> blocked.waiting() == 0);
  }

  @Test
  @DisplayName("uses the library's executor if its own rejects the task")
  void rejected() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    Mailbox rejected =
        new Mailbox(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            3,
            logged.logger(),
            "letters");
    rejected.post(ran::countDown);
    assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
