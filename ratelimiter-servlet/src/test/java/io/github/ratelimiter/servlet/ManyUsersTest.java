package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.ResponseCost;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Isolated, because it looks at the threads of the process. */
@Isolated
@ParameterizedClass
@EnumSource
@DisplayName("A thousand users on ten endpoints, over many connections at once,")
class ManyUsersTest {
  private static final int USERS = 1_000;
  private static final int ENDPOINTS = 10;
  private static final int PER_USER = 8;
  private static final int PER_ENDPOINT = 700;
  private static final int FOR_EVERYBODY = 6_500;
  private static final int CONNECTIONS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Ask(int user, int endpoint) {}

  @Parameter private Container container;

  private final Limits limits = new Limits();
  private final RateLimiter users = limits.limiter("users", "fixed-window " + PER_USER + "/h");
  private final RateLimiter endpoints =
      limits.limiter("endpoints", "fixed-window " + PER_ENDPOINT + "/h");
  private final RateLimiter everybody =
      limits.limiter("everybody", "fixed-window " + FOR_EVERYBODY + "/h");

  /** What the application has served. */
  private final AtomicIntegerArray servedByUser = new AtomicIntegerArray(USERS);

  private final AtomicIntegerArray servedByEndpoint = new AtomicIntegerArray(ENDPOINTS);
  private final Queue<WeakReference<Object>> watches = new ConcurrentLinkedQueue<>();

  private WebApplication application() {
    HttpLimiter http =
        HttpLimiter.builder()
            .limit(users, RequestKey.apiKey("X-API-Key"))
            .limit(endpoints, RequestKey.endpoint())
            .limits(
                RequestLimit.of(everybody, RequestKey.global())
                    .settledBy(ResponseCost.exceptStatus(500)))
            .build();
    return WebApplication.in(container)
        .filter(http)
        .page(
            "/endpoint/*",
            (request, response) -> {
              servedByUser.incrementAndGet(Integer.parseInt(request.getHeader("X-API-Key")));
              servedByEndpoint.incrementAndGet(
                  Integer.parseInt(request.getPathInfo().substring(1)));
              watches.add(new WeakReference<>(watchOf(request)));
            });
  }

  private static Object watchOf(HttpServletRequest request) {
    return Collections.list(request.getAttributeNames()).stream()
        .map(request::getAttribute)
        .filter(ResponseWatch.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  /** Each user asks each endpoint once, in an order that mixes them. Returns what was refused. */
  private Queue<Ask> askAll(WebApplication application) throws Exception {
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < USERS * ENDPOINTS; i++) {
      asks.add(new Ask(i / ENDPOINTS, i % ENDPOINTS));
    }
    Collections.shuffle(asks, new Random(42));
    Queue<Ask> waiting = new ConcurrentLinkedQueue<>(asks);
    Queue<Ask> refused = new ConcurrentLinkedQueue<>();
    ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      running.add(
          clients.submit(
              () -> {
                for (Ask ask = waiting.poll(); ask != null; ask = waiting.poll()) {
                  if (!isAllowed(application, ask)) {
                    refused.add(ask);
                  }
                }
                return null;
              }));
    }
    for (Future<?> client : running) {
      client.get();
    }
    clients.shutdown();
    return refused;
  }

  private static boolean isAllowed(WebApplication application, Ask ask)
      throws IOException, InterruptedException {
    int status =
        application
            .send(
                application
                    .request("/endpoint/" + ask.endpoint)
                    .header("X-API-Key", String.valueOf(ask.user)))
            .statusCode();
    assertThat(status).isIn(200, 429);
    return status == 200;
  }

  private boolean isUsedUp(Ask ask) {
    return servedByUser.get(ask.user) == PER_USER
        || servedByEndpoint.get(ask.endpoint) == PER_ENDPOINT
        || total() == FOR_EVERYBODY;
  }

  private int total() {
    int total = 0;
    for (int i = 0; i < ENDPOINTS; i++) {
      total += servedByEndpoint.get(i);
    }
    return total;
  }

  @Test
  @DisplayName("are counted exactly; no thread, no key and no request is left behind")
  void exact() throws Exception {
    Set<Thread> before = threads();
    try (WebApplication application = application().start()) {
      Queue<Ask> refused = askAll(application);

      assertThat(total() + refused.size()).isEqualTo(USERS * ENDPOINTS);
      assertThat(refused)
          .isNotEmpty()
          .as("refused by a limit that is used up")
          .allMatch(this::isUsedUp);
      for (int i = 0; i < USERS; i++) {
        assertThat(users.peek("api-key:" + i).remaining())
            .isEqualTo(PER_USER - servedByUser.get(i));
      }
      for (int i = 0; i < ENDPOINTS; i++) {
        assertThat(endpoints.peek("endpoint:/endpoint/" + i).remaining())
            .isEqualTo(PER_ENDPOINT - servedByEndpoint.get(i));
      }
      assertThat(everybody.peek("global").remaining()).isEqualTo(FOR_EVERYBODY - total());

      assertThat(limits.store.keys()).isEqualTo(USERS + ENDPOINTS + 1);
      await().atMost(PATIENCE).until(this::nothingIsWatched);
    }
    await().pollInSameThread().atMost(PATIENCE).until(() -> before.containsAll(threads()));
  }

  private boolean nothingIsWatched() {
    System.gc();
    return watches.stream().allMatch(watch -> watch.get() == null);
  }

  /**
   * The threads of the process, without those of the test's client, which ends when it is garbage.
   */
  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> thread.getName().startsWith("HttpClient-"));
    return threads;
  }
}
