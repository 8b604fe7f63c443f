package io.github.ratelimiter.redis;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreTimeoutException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.servers.RedisProcess;
import io.github.ratelimiter.servers.TcpProxy;
import io.github.ratelimiter.store.Request;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** One server and what can happen to it. Whatever it is, no caller waits beyond its deadline. */
class FaultTest {
  private static final long PLENTY = 1_000_000_000L;
  private static final Policy MANY =
      Policy.parse("test", "fixed-window " + PLENTY + "/day from first use");

  private RedisProcess server;

  @BeforeEach
  void start() {
    server = RedisProcess.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisStateStore open() {
    return open(server.uri());
  }

  /** Machines that run tests may be slow: a decision is given more time than by default. */
  private static RedisStateStore open(String uri) {
    return RedisStateStore.builder(uri).timeout(Duration.ofMillis(500)).build();
  }

  /** For what must not fail. */
  private RedisStateStore reader() {
    return RedisStateStore.builder(server.uri()).timeout(Duration.ofSeconds(20)).build();
  }

  private static void report(String fault, Object what) {
    System.out.println("MEASURED " + fault + ": " + what);
  }

  @Test
  void aRestartIsAnOutageThatPasses() {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.kill();
      eventually("the connection is lost").until(() -> failsWithoutRunning(store));
      server.startAgain();
      report("restart, decides again after", Ask.untilDecides(store, "k"));
      // Nothing was persisted, so the limit is fresh; and the script is not known any more.
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
    }
  }

  private static boolean failsWithoutRunning(RedisStateStore store) {
    long start = System.nanoTime();
    StoreException e = Ask.failure(StoreException.class, store, "k");
    report("server down, refused after ns", System.nanoTime() - start);
    return e instanceof StoreUnavailableException && !e.mayHaveRun();
  }

  @Test
  void aKillUnderLoadCountsNothingTwice() {
    server.close();
    server = RedisProcess.start("--appendonly", "yes", "--appendfsync", "no");
    try (RedisStateStore store = open()) {
      Load load = new Load(store, MANY, 8);
      try (load) {
        eventually("decisions").until(() -> load.decisions() > 500);
        server.kill();
        eventually("failures").until(() -> load.failures() > 100);
        server.startAgain();
        long before = load.decisions();
        report("killed under load, back after", Ask.untilDecides(store, "k"));
        eventually("decisions again").until(() -> load.decisions() > before + 500);
      }
      try (RedisStateStore reader = reader()) {
        load.assertBooksBalance(reader, PLENTY);
      }
      assertThat(load.slowest()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void aFlushedScriptIsLoadedAgain() {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.run("SCRIPT", "FLUSH");
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
      long texts = server.calls("eval");
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(97);
      assertThat(server.calls("eval")).isEqualTo(texts);
    }
  }

  @Test
  void aServerThatHangsCostsTheDeadlineAndNoMore() {
    try (RedisStateStore store = RedisStateStore.builder(server.uri()).build();
        RedisStateStore reader = reader()) {
      Ask.untilDecides(store, "k");
      Ask.acquire(reader, "k");
      server.pause();
      long start = System.nanoTime();
      assertThat(Ask.failure(StoreTimeoutException.class, store, "k").mayHaveRun()).isTrue();
      Duration first = Duration.ofNanos(System.nanoTime() - start);
      report("hanging server, first timeout after", first);
      assertThat(first).isBetween(Duration.ofMillis(50), Duration.ofSeconds(2));
      // What is behind it is never sent.
      assertThat(Ask.failure(StoreTimeoutException.class, store, "k").mayHaveRun()).isFalse();
      server.resume();
      report("hanging server resumed, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.peek(reader, "k").remaining()).isEqualTo(98);
    }
  }

  @Test
  void aServerThatHangsForLongIsFoundAgain() {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.pause();
      assertThat(Ask.failure(StoreException.class, store, "k").mayHaveRun()).isTrue();
      eventually("the call is given up and another one sent")
          .until(() -> Ask.failure(StoreException.class, store, "k").mayHaveRun());
      server.resume();
      report("hung for seconds and resumed, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isBetween(80L, 98L);
    }
  }

  @Test
  void aSleepingServerIsTheSame() throws IOException {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      Thread sleeper = new Thread(() -> server.run("DEBUG", "SLEEP", "1.5"));
      sleeper.start();
      eventually("a timeout")
          .until(
              () -> {
                Ask.failure(StoreTimeoutException.class, store, "k");
                return true;
              });
      report("DEBUG SLEEP 1.5, decides after", Ask.untilDecides(store, "k"));
    }
  }

  @Test
  void aKilledClientReconnects() {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.run("CLIENT", "KILL", "TYPE", "normal");
      report("CLIENT KILL, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.peek(store, "k").remaining()).isEqualTo(99);
    }
  }

  @Test
  void clientsKilledUnderLoadCountNothingTwice() {
    for (boolean plain : List.of(false, true)) {
      RedisStateStoreBuilder builder =
          RedisStateStore.builder(server.uri())
              .timeout(Duration.ofMillis(500))
              .keyPrefix(plain ? "plain" : "grouped");
      try (RedisStateStore store = (plain ? builder.plain() : builder).build()) {
        Load load = new Load(store, MANY, 16);
        try (load) {
          for (int i = 0; i < 10; i++) {
            long before = load.decisions();
            eventually("decisions").until(() -> load.decisions() > before + 100);
            server.run("CLIENT", "KILL", "TYPE", "normal");
          }
          long before = load.decisions();
          eventually("decisions again").until(() -> load.decisions() > before + 100);
        }
        try (RedisStateStore reader = builder.timeout(Duration.ofSeconds(20)).build()) {
          load.assertBooksBalance(reader, PLENTY);
        }
      }
    }
  }

  @Test
  void aFullServerIsAnOutageAndWritesNothing() {
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.run("CONFIG", "SET", "maxmemory", "1");
      StoreUnavailableException full = Ask.failure(StoreUnavailableException.class, store, "k");
      assertThat(full).hasMessageContaining("OOM");
      assertThat(full.mayHaveRun()).isFalse();
      assertThat(Ask.peek(store, "k").remaining()).isEqualTo(99);
      server.run("CONFIG", "SET", "maxmemory", "0");
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
    }
  }

  @Test
  void aReplicaIsAnOutage() {
    try (RedisProcess master = RedisProcess.start();
        RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.run("REPLICAOF", "127.0.0.1", master.port());
      eventually("read only")
          .until(
              () -> {
                StoreException e = Ask.failure(StoreUnavailableException.class, store, "k");
                return e.getMessage().contains("READONLY") && !e.mayHaveRun();
              });
      server.run("REPLICAOF", "NO", "ONE");
      report("replica no more, decides after", Ask.untilDecides(store, "k"));
      Ask.acquire(store, "k");
    }
  }

  @Test
  void aServerThatIsLoadingIsAnOutage() {
    server.close();
    server = RedisProcess.start("--loading-process-events-interval-bytes", "1024");
    server.run("DEBUG", "POPULATE", "20000", "filler", "100");
    server.run("CONFIG", "SET", "key-load-delay", "50");
    try (RedisStateStore store = open()) {
      Thread reload = new Thread(() -> server.run("DEBUG", "RELOAD"));
      reload.start();
      eventually("loading")
          .until(
              () -> {
                StoreException e = Ask.failure(StoreException.class, store, "k");
                return e instanceof StoreUnavailableException
                    && e.getMessage().contains("LOADING")
                    && !e.mayHaveRun();
              });
      report("LOADING, decides after", Ask.untilDecides(store, "k"));
    }
  }

  @Test
  void aServerThatIsNotThereYetIsAnOutage() {
    int port = RedisProcess.freePort();
    try (RedisStateStore store = open("redis://127.0.0.1:" + port)) {
      StoreUnavailableException e = Ask.failure(StoreUnavailableException.class, store, "k");
      assertThat(e.mayHaveRun()).isFalse();
      assertThat(e).hasMessageContaining("127.0.0.1:" + port);
      try (RedisProcess late = RedisProcess.startOn(port)) {
        assertThat(late.port()).isEqualTo(port);
        report("server appears, decides after", Ask.untilDecides(store, "k"));
        assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
      }
    }
  }

  @Test
  void anOutageAtStartIsFatalIfAsked() {
    RedisStateStoreBuilder builder =
        RedisStateStore.builder("redis://127.0.0.1:" + RedisProcess.freePort()).requireConnection();
    assertThat(catchStore(builder::build)).isInstanceOf(StoreUnavailableException.class);
  }

  private static StoreException catchStore(Runnable action) {
    try {
      action.run();
      return null;
    } catch (StoreException e) {
      return e;
    }
  }

  @Test
  void aHalfOpenConnectionIsReplaced() {
    try (TcpProxy proxy = TcpProxy.to(server);
        RedisStateStore store = open(proxy.uri())) {
      Ask.acquire(store, "k");
      proxy.blackHole();
      assertThat(Ask.failure(StoreTimeoutException.class, store, "k").mayHaveRun()).isTrue();
      report("half-open connection, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.peek(store, "k").remaining()).isEqualTo(99);
    }
  }

  @Test
  void anAnswerThatIsLostIsUnknownAndNotRepeated() {
    try (TcpProxy proxy = TcpProxy.to(server);
        RedisStateStore store = open(proxy.uri())) {
      Ask.acquire(store, "k");
      proxy.dropAnswers();
      StoreException lost = Ask.failure(StoreException.class, store, "k");
      assertThat(lost.mayHaveRun()).isTrue();
      proxy.cut();
      Ask.untilDecides(store, "k");
      assertThat(Ask.peek(store, "k").remaining()).as("it had run, once").isEqualTo(98);
    }
  }

  /** The application's client repeats commands after a reconnect, as clients do by default. */
  @Test
  void aClientThatRepeatsCommandsDoesNotRepeatOurs() {
    try (TcpProxy proxy = TcpProxy.to(server)) {
      RedisClient client = RedisClient.create(proxy.uri());
      try (StatefulRedisConnection<String, String> connection = client.connect()) {
        for (boolean plain : List.of(false, true)) {
          RedisStateStoreBuilder builder =
              RedisStateStore.builder(connection).timeout(Duration.ofSeconds(2));
          try (RedisStateStore store = (plain ? builder.plain() : builder).build()) {
            String key = plain ? "plain" : "grouped";
            Ask.acquire(store, key);
            proxy.dropAnswers();
            RedisFuture<Long> theirs = connection.async().incr(key);
            CompletableFuture<Decision> ours =
                store.decide(new Request.Acquire(key, Ask.HUNDRED, 1)).toCompletableFuture();
            eventually("both have run").until(() -> "1".equals(server.run("GET", key)));
            eventually("ours too").until(() -> used(key) == 2);
            proxy.cut();
            assertThat(theirs.toCompletableFuture().join()).as("theirs ran twice").isEqualTo(2);
            assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(ours::join)
                .satisfies(e -> assertThat(((StoreException) e.getCause()).mayHaveRun()).isTrue());
            assertThat(used(key)).as("ours ran once").isEqualTo(2);
          }
        }
      } finally {
        client.shutdown(0, 0, TimeUnit.SECONDS);
      }
    }
  }

  private long used(String key) {
    try (RedisStateStore reader = reader()) {
      return 100 - Ask.peek(reader, key).remaining();
    }
  }

  @Test
  void aPasswordThatIsChangedIsAMistakeOnceItIsAskedFor() {
    server.close();
    server = RedisProcess.start("--requirepass", "first");
    try (RedisStateStore store = open()) {
      Ask.acquire(store, "k");
      server.run("CONFIG", "SET", "requirepass", "second");
      assertThat(Ask.acquire(store, "k").remaining()).as("still let in").isEqualTo(98);
      killClients("second");
      eventually("the reason is known")
          .until(
              () ->
                  Ask.failure(StoreException.class, store, "k")
                      instanceof StoreMisconfiguredException);
      StoreMisconfiguredException e = Ask.failure(StoreMisconfiguredException.class, store, "k");
      assertThat(e).hasMessageContaining("WRONGPASS").hasMessageNotContaining("first");
      assertThat(e.mayHaveRun()).isFalse();
      changePassword("second", "first");
      report("password right again, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(97);
    }
  }

  @Test
  void credentialsThatAreRenewedAreAskedForAtEachConnection() {
    server.run("ACL", "SETUSER", "app", "on", ">first", "~*", "+@all");
    AtomicReference<String> password = new AtomicReference<>("first");
    RedisURI uri = RedisURI.create(server.uri());
    uri.setCredentialsProvider(
        () -> Mono.fromSupplier(() -> RedisCredentials.just("app", password.get())));
    try (RedisStateStore store =
        RedisStateStore.builder(uri).timeout(Duration.ofSeconds(1)).build()) {
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(99);
      server.run("ACL", "SETUSER", "app", "resetpass", ">second");
      password.set("second");
      server.run("CLIENT", "KILL", "USER", "app");
      report("renewed credentials, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
    }
  }

  private void killClients(String password) {
    with(password, connection -> connection.sync().clientKill(KillArgs.Builder.typeNormal()));
  }

  private void changePassword(String from, String to) {
    with(from, connection -> connection.sync().configSet("requirepass", to));
  }

  private void with(String password, Consumer<StatefulRedisConnection<String, String>> action) {
    RedisClient client = RedisClient.create(server.uri().replace("first", password));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      action.accept(connection);
    } finally {
      client.shutdown(0, 0, TimeUnit.SECONDS);
    }
  }

  @Test
  void aCutConnectionIsMadeAgain() {
    try (TcpProxy proxy = TcpProxy.to(server);
        RedisStateStore store = open(proxy.uri())) {
      Ask.acquire(store, "k");
      proxy.cut();
      report("cut connection, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.acquire(store, "k").remaining()).isEqualTo(98);
    }
  }

  @Test
  void aSlowServerIsATimeoutAndThenAnAnswer() {
    try (TcpProxy proxy = TcpProxy.to(server);
        RedisStateStore store = open(proxy.uri())) {
      Ask.acquire(store, "k");
      proxy.delay(Duration.ofSeconds(1));
      assertThat(Ask.failure(StoreTimeoutException.class, store, "k").mayHaveRun()).isTrue();
      proxy.delay(Duration.ZERO);
      report("delay gone, decides after", Ask.untilDecides(store, "k"));
      assertThat(Ask.peek(store, "k").remaining()).isEqualTo(98);
    }
  }

  @Test
  void whatIsStoredByOthersIsAMistakeOfOneKeyOnly() {
    try (RedisStateStore store = open()) {
      server.run("SET", "rl{}test:k", "something else");
      StoreMisconfiguredException e = Ask.failure(StoreMisconfiguredException.class, store, "k");
      assertThat(e).hasMessageContaining("something");
      assertThat(Ask.acquire(store, "l").remaining()).isEqualTo(99);
    }
  }
}
