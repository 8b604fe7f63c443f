package io.github.ratelimiter.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedMapTest {
  private static final int THREADS = 8;

  @Test
  void behavesAsMapWhileItIsNotFull() {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(64);
    Map<Integer, Integer> model = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      int key = random.nextInt(64);
      int value = i;
      switch (random.nextInt(4)) {
        case 0 -> {
          map.put(key, value);
          model.put(key, value);
        }
        case 1 -> assertThat(map.remove(key)).isEqualTo(model.remove(key));
        case 2 ->
            assertThat(map.get(key, k -> value)).isEqualTo(model.computeIfAbsent(key, k -> value));
        default -> assertThat(map.get(key)).isEqualTo(model.get(key));
      }
      assertThat(map.size()).isEqualTo(model.size());
    }
  }

  @Test
  void keepsTheBoundWhateverIsAddedAndRemoved() {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(10);
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      int key = random.nextInt(40);
      switch (random.nextInt(4)) {
        case 0 -> map.put(key, key);
        case 1 -> map.remove(key);
        case 2 -> assertThat(map.get(key, k -> k)).isEqualTo(key);
        default -> assertThat(map.get(key)).isIn(key, null);
      }
      assertThat(map.size()).isBetween(0L, 10L);
      assertThat(present(map, 40)).isEqualTo(map.size());
    }
  }

  private static long present(BoundedMap<Integer, Integer> map, int keys) {
    // Reading every key marks every entry, which makes this the hardest case for the eviction.
    long count = 0;
    for (int key = 0; key < keys; key++) {
      count += map.get(key) == null ? 0 : 1;
    }
    return count;
  }

  @Test
  void entryThatWasAddedIsThereEvenIfAllOthersWereUsed() {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(1);
    for (int i = 0; i < 100; i++) {
      map.put(i, i);
      assertThat(map.get(i)).isEqualTo(i);
      assertThat(map.size()).isEqualTo(1);
    }
  }

  @Test
  void entriesInUseSurviveFloodOfEntriesUsedOnce() {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(1_000);
    for (int hot = 0; hot < 500; hot++) {
      map.put(hot, hot);
    }
    for (int cold = 1_000; cold < 101_000; cold++) {
      map.put(cold, cold);
      assertThat(map.get(cold % 500)).isEqualTo(cold % 500);
    }
    assertThat(map.size()).isEqualTo(1_000);
  }

  @Test
  void entryThatIsNoLongerUsedIsEvicted() {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(100);
    map.put(0, 0);
    assertThat(map.get(0)).isZero();
    for (int cold = 1; cold <= 200; cold++) {
      map.put(cold, cold);
    }
    assertThat(map.get(0)).isNull();
  }

  @Test
  void boundHoldsWhileThreadsAdd() throws Exception {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(100);
    AtomicInteger next = new AtomicInteger();
    together(
        thread -> {
          for (int i = 0; i < 20_000; i++) {
            int key = next.getAndIncrement();
            assertThat(map.get(key, k -> k)).isEqualTo(key);
            assertThat(map.size()).isLessThanOrEqualTo(100);
            if (i % 3 == 0) {
              map.remove(key - 50);
            }
          }
        });
    assertThat(present(map, next.get())).isEqualTo(map.size());
  }

  @Test
  void entriesInUseSurviveFloodFromSeveralThreads() throws Exception {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(1_000);
    for (int hot = 0; hot < THREADS; hot++) {
      map.put(hot, hot);
    }
    AtomicInteger next = new AtomicInteger(THREADS);
    together(
        thread -> {
          for (int i = 0; i < 20_000; i++) {
            // All hot keys are read between two additions: no thread can be suspended for a turn.
            for (int hot = 0; hot < THREADS; hot++) {
              assertThat(map.get(hot)).isEqualTo(hot);
            }
            map.put(next.getAndIncrement(), i);
          }
        });
  }

  @Test
  void allThreadsGetTheSameValue() throws Exception {
    BoundedMap<Integer, Object> map = new BoundedMap<>(10_000);
    List<Set<Object>> seen = new ArrayList<>();
    for (int key = 0; key < 5_000; key++) {
      seen.add(ConcurrentHashMap.newKeySet());
    }
    together(
        thread -> {
          for (int key = 0; key < 5_000; key++) {
            seen.get(key).add(map.get(key, k -> new Object()));
          }
        });
    assertThat(seen).allSatisfy(values -> assertThat(values).hasSize(1));
  }

  @Test
  void oneOfSeveralThreadsRemovesAnEntry() throws Exception {
    BoundedMap<Integer, Integer> map = new BoundedMap<>(10_000);
    for (int key = 0; key < 5_000; key++) {
      map.put(key, key);
    }
    AtomicInteger removed = new AtomicInteger();
    together(
        thread -> {
          for (int key = 0; key < 5_000; key++) {
            if (map.remove(key) != null) {
              removed.incrementAndGet();
            }
          }
        });
    assertThat(removed).hasValue(5_000);
    assertThat(map.size()).isZero();
  }

  @Test
  void maximumBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoundedMap<>(0))
        .withMessageContaining("maximum is 0");
  }

  private interface Task {
    void run(int thread) throws Exception;
  }

  private static void together(Task task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  task.run(thread);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
