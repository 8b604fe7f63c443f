package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.RedisProcess;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers are those of Envoy's published messages. */
@DisplayName("Envoy's rate limit protocol")
class EnvoyTest {
  private static final long OK = 1;
  private static final long OVER_LIMIT = 2;

  @TempDir private Path directory;

  private TestServer start(String... more) throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            """
            rules:
              - { id: addresses, match: { attribute: { domain: edge } }, key: ip, limits: fixed-window 3/h }
              - { id: plans, match: { attribute: { plan: gold } }, key: "attribute:plan", limits: fixed-window 5/day in Europe/Berlin }
              - { id: paths, match: { path: "/api/**", method: POST }, key: [user, endpoint], limits: fixed-window 10/10s }
              - { id: shadow, match: { attribute: { domain: edge } }, key: ip, limits: fixed-window 1/day, action: shadow }
              - { id: large, match: { attribute: { domain: large } }, key: ip, limits: 10000000000/day }
              - { id: many, match: { attribute: { domain: many } }, key: ip, limits: 1/day }
              - { id: more, match: { attribute: { domain: many } }, key: ip, limits: 1/day }
              - { id: busy, match: { attribute: { domain: busy } }, key: ip, limits: fixed-window 100/day }
              - { id: banned, match: { attribute: { domain: banned } }, key: ip, limits: 2/s }
            bans: { after: 2, within: 1 h, first: 1 h, longest: 1 day }
            default: { key: client, limits: 1000/h }
            lists: { deny: [{ user: mallory }] }
            """);
    List<String> args = new ArrayList<>(List.of("--grpc-port", "0", "--rules", rules.toString()));
    args.addAll(List.of(more));
    return TestServer.start(args.toArray(String[]::new));
  }

  private static Wire request(String domain, Wire... descriptors) {
    Wire request = Wire.message().with(1, domain);
    for (Wire descriptor : descriptors) {
      request.with(2, descriptor);
    }
    return request;
  }

  private static Wire descriptor(String... entries) {
    Wire descriptor = Wire.message();
    for (int i = 0; i < entries.length; i += 2) {
      descriptor.with(1, Wire.message().with(1, entries[i]).with(2, entries[i + 1]));
    }
    return descriptor;
  }

  private static Wire address(String address) {
    return descriptor("remote_address", address);
  }

  @Test
  @DisplayName("answers with the code, the limit, what remains and the headers")
  void one() throws IOException {
    try (TestServer server = start("--headers", "envoy");
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire answer = envoy.call(GrpcClient.ENVOY, request("edge", address("192.0.2.1")));
      assertThat(answer.number(1)).isEqualTo(OK);
      assertThat(answer.messages(2)).hasSize(1);
      Wire status = answer.message(2);
      assertThat(status.number(1)).isEqualTo(OK);
      assertThat(status.message(2).number(1)).isEqualTo(3); // requests per unit
      assertThat(status.message(2).number(2)).isEqualTo(3); // an hour
      assertThat(status.message(2).text(3)).isEqualTo("addresses");
      assertThat(status.number(3)).isEqualTo(2); // remaining
      assertThat(status.message(4).number(1)).isBetween(0L, 3_600L); // until the reset, in seconds
      Wire remaining =
          answer.messages(3).stream()
              .filter(header -> header.text(1).equals("X-RateLimit-Remaining"))
              .findFirst()
              .orElseThrow();
      assertThat(remaining.text(2)).isEqualTo("2");
    }
  }

  @Test
  @DisplayName("takes the permits of all descriptors, or of none")
  void together() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire both = request("edge", address("192.0.2.1"), descriptor("plan", "gold"));
      for (int call = 1; call <= 3; call++) {
        assertThat(envoy.call(GrpcClient.ENVOY, both).number(1)).isEqualTo(OK);
      }
      Wire refused = envoy.call(GrpcClient.ENVOY, both);
      assertThat(refused.number(1)).isEqualTo(OVER_LIMIT);
      assertThat(refused.messages(2).get(0).number(1)).isEqualTo(OVER_LIMIT);
      Wire plan = refused.messages(2).get(1);
      assertThat(plan.number(1)).isEqualTo(OK);
      assertThat(plan.message(2).number(2)).isEqualTo(4); // a day
      assertThat(plan.number(3)).isEqualTo(2);
      assertThat(refused.messages(3).stream().map(header -> header.text(1)))
          .contains("Retry-After", "RateLimit");
      // The plan has lost nothing by the refusals.
      envoy.call(GrpcClient.ENVOY, both);
      Wire alone = envoy.call(GrpcClient.ENVOY, request("other", descriptor("plan", "gold")));
      assertThat(alone.message(2).number(3)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "counts hits: 1 if there is no number, that of a descriptor before that of the request")
  void hits() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire two = request("edge", address("192.0.2.1")).with(3, 2);
      assertThat(envoy.call(GrpcClient.ENVOY, two).message(2).number(3)).isEqualTo(1);
      assertThat(envoy.call(GrpcClient.ENVOY, two).number(1)).isEqualTo(OVER_LIMIT);
      Wire zero = request("edge", address("192.0.2.2")).with(3, 0);
      assertThat(envoy.call(GrpcClient.ENVOY, zero).message(2).number(3)).isEqualTo(2);
      Wire own = address("192.0.2.3").with(3, Wire.message().with(1, 3));
      assertThat(envoy.call(GrpcClient.ENVOY, request("edge", own).with(3, 9)).number(1))
          .isEqualTo(OK);
      assertThat(envoy.call(GrpcClient.ENVOY, request("edge", own)).number(1))
          .isEqualTo(OVER_LIMIT);
    }
  }

  @Test
  @DisplayName("only asks for a descriptor with 0 hits; if it is over its limit, nothing is taken")
  void asks() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire asked = address("192.0.2.1").with(3, Wire.message().with(1, 0));
      for (int call = 0; call < 5; call++) {
        Wire answer = envoy.call(GrpcClient.ENVOY, request("edge", asked));
        assertThat(answer.number(1)).isEqualTo(OK);
        assertThat(answer.message(2).number(3)).isEqualTo(3);
      }
      Wire three = request("edge", address("192.0.2.1")).with(3, 3);
      envoy.call(GrpcClient.ENVOY, three);
      Wire both = request("edge", descriptor("plan", "gold"), asked);
      for (int call = 0; call < 2; call++) {
        Wire answer = envoy.call(GrpcClient.ENVOY, both);
        assertThat(answer.number(1)).isEqualTo(OVER_LIMIT);
        assertThat(answer.messages(2).get(0).number(1)).isEqualTo(OK);
        assertThat(answer.messages(2).get(0).number(3)).isEqualTo(5);
        assertThat(answer.messages(2).get(1).number(1)).isEqualTo(OVER_LIMIT);
      }
      Wire fresh = address("192.0.2.9").with(3, Wire.message().with(1, 0));
      Wire mixed = envoy.call(GrpcClient.ENVOY, request("edge", fresh, descriptor("plan", "gold")));
      assertThat(mixed.number(1)).isEqualTo(OK);
      assertThat(mixed.messages(2).get(0).number(3)).isEqualTo(3);
      assertThat(mixed.messages(2).get(1).number(3)).isEqualTo(4);
    }
  }

  @Test
  @DisplayName("counts a rule that matches several descriptors under one key once")
  void once() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire twice =
          request(
              "edge", address("192.0.2.1"), descriptor("remote_address", "192.0.2.1", "a", "b"));
      Wire answer = envoy.call(GrpcClient.ENVOY, twice);
      assertThat(answer.messages(2).get(0).number(3)).isEqualTo(2);
      assertThat(answer.messages(2).get(1).number(3)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("finds the fields of a check in the entries; what no rule matches is not limited")
  void entries() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire path = descriptor("user_id", "1", "path", "/api/orders?page=2", "method", "POST");
      Wire status = envoy.call(GrpcClient.ENVOY, request("d", path)).message(2);
      assertThat(status.message(2).text(3)).isEqualTo("paths");
      assertThat(status.message(2).number(1)).isEqualTo(10);
      assertThat(status.message(2).number(2)).isZero(); // Envoy has no unit of ten seconds.

      Wire unknown = envoy.call(GrpcClient.ENVOY, request("d", descriptor("generic_key", "x")));
      assertThat(unknown.number(1)).isEqualTo(OK);
      assertThat(unknown.message(2).number(1)).isEqualTo(OK);
      assertThat(unknown.message(2).messages(2)).isEmpty();

      Wire denied =
          envoy.call(
              GrpcClient.ENVOY,
              request("d", descriptor("plan", "gold"), descriptor("user_id", "mallory")));
      assertThat(denied.number(1)).isEqualTo(OVER_LIMIT);
      assertThat(denied.messages(2).get(0).number(1)).isEqualTo(OK);
      assertThat(denied.messages(2).get(1).number(1)).isEqualTo(OVER_LIMIT);
    }
  }

  @Test
  @DisplayName("names the field that is wrong")
  void mistakes() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      assertThat(mistake(envoy, Wire.message().with(2, address("192.0.2.1"))))
          .isEqualTo("domain: is missing, for example envoy");
      assertThat(mistake(envoy, request("d"))).isEqualTo("descriptors: found 0, expected 1 to 64");
      assertThat(mistake(envoy, request("d", Wire.message())))
          .isEqualTo("descriptors.0.entries: found 0, expected 1 to 32");
      assertThat(mistake(envoy, request("d", address("1"), descriptor("", "x"))))
          .startsWith("descriptors.1.entries.0.key: is missing");
      assertThat(mistake(envoy, request("d", descriptor("a", "1", "a", "2"))))
          .startsWith("descriptors.0.entries.1.key: 'a' is there twice");
      assertThat(mistake(envoy, request("d", descriptor("domain", "x")))).contains("'domain'");
      assertThat(mistake(envoy, request("d", descriptor("path", "orders"))))
          .isEqualTo("descriptors.0 path: found 'orders', expected a path such as /api/orders");
      Wire limit = address("192.0.2.1").with(2, Wire.message().with(1, 5).with(2, 1));
      assertThat(mistake(envoy, request("d", limit))).startsWith("descriptors.0.limit: ");
      Wire negative = address("192.0.2.1").with(3, Wire.message().with(1, -1));
      assertThat(mistake(envoy, request("d", negative)))
          .isEqualTo(
              "descriptors.0.hits_addend: found 18446744073709551615, expected 0 to 1000000000");
      assertThat(mistake(envoy, request("d", address("1")).with(3, 0xFFFF_FFFFL)))
          .startsWith("hits_addend: found 4294967295");
      Wire[] many = new Wire[65];
      java.util.Arrays.fill(many, address("192.0.2.1"));
      assertThat(mistake(envoy, request("d", many))).startsWith("descriptors: found 65");
    }
  }

  private static String mistake(GrpcClient envoy, Wire request) {
    Status status = envoy.failure(GrpcClient.ENVOY, request);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return status.getDescription();
  }

  @Test
  @DisplayName("has numbers of 32 bits: a larger one is the largest")
  void large() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire status = envoy.call(GrpcClient.ENVOY, request("large", address("192.0.2.1"))).message(2);
      assertThat(status.message(2).number(1)).isEqualTo(0xFFFF_FFFFL);
      assertThat(status.number(3)).isEqualTo(0xFFFF_FFFFL);
    }
  }

  @Test
  @DisplayName("a banned client has no permits until its ban ends")
  void banned() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire request = request("banned", address("192.0.2.1")).with(3, 2);
      eventually("it is banned")
          .until(
              () -> envoy.call(GrpcClient.ENVOY, request).message(2).message(4).number(1) > 3_000);
      Wire status = envoy.call(GrpcClient.ENVOY, request).message(2);
      assertThat(status.number(1)).isEqualTo(OVER_LIMIT);
      assertThat(status.number(3)).isZero();
    }
  }

  @Test
  @DisplayName("fails if more limits apply than can be decided together")
  void tooMany() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      Wire[] descriptors =
          IntStream.range(0, 40).mapToObj(i -> address("192.0.2." + i)).toArray(Wire[]::new);
      assertThat(envoy.failure(GrpcClient.ENVOY, request("many", descriptors)).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  @DisplayName("many callers at once take exactly what there is")
  void exact() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      List<Future<Long>> codes =
          IntStream.range(0, 300)
              .mapToObj(
                  call ->
                      callers.submit(
                          () ->
                              envoy
                                  .call(GrpcClient.ENVOY, request("busy", address("192.0.2.1")))
                                  .number(1)))
              .toList();
      long allowed = 0;
      for (Future<Long> code : codes) {
        allowed += code.get() == OK ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(100);
    } finally {
      callers.shutdown();
    }
  }

  @Test
  @DisplayName("bytes that are no message fail, and harm nobody else")
  void garbage() throws IOException {
    try (TestServer server = start();
        GrpcClient envoy = new GrpcClient(server.grpcPort())) {
      // A text instead of a number, and a message that is cut off.
      Wire text = Wire.message().with(1, "edge").with(2, "\uffff\uffff");
      assertThat(envoy.failure(GrpcClient.ENVOY, text).getCode()).isNotEqualTo(Status.Code.OK);
      assertThat(envoy.call(GrpcClient.ENVOY, request("edge", address("192.0.2.1"))).number(1))
          .isEqualTo(OK);
    }
  }

  @Test
  @DisplayName("two instances on one Redis are one limit, for Envoy and over HTTP")
  void shared() throws Exception {
    String[] patient = {"--redis-timeout", "20000"};
    try (RedisProcess redis = RedisProcess.start();
        TestServer one = start("--redis", redis.uri(), patient[0], patient[1]);
        TestServer two = start("--redis", redis.uri(), patient[0], patient[1]);
        GrpcClient first = new GrpcClient(one.grpcPort());
        GrpcClient second = new GrpcClient(two.grpcPort())) {
      String peek =
          "{\"ip_address\": \"192.0.2.1\", \"endpoint\": \"/\", \"attributes\": {\"plan\": \"gold\"}}";
      for (TestServer each : List.of(one, two)) {
        eventually("Redis decides")
            .until(() -> each.post("/v1/ratelimit/peek", peek).text("/source").equals("store"));
      }
      Wire gold = request("d", descriptor("plan", "gold"));
      assertThat(first.call(GrpcClient.ENVOY, gold).message(2).number(3)).isEqualTo(4);
      assertThat(second.call(GrpcClient.ENVOY, gold).message(2).number(3)).isEqualTo(3);
      assertThat(one.check(peek).text("/rules/0/remaining")).isEqualTo("2");
      assertThat(second.call(GrpcClient.ENVOY, gold).message(2).number(3)).isEqualTo(1);
    }
  }
}
