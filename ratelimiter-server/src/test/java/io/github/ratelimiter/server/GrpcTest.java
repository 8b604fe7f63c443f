package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The service over gRPC")
class GrpcTest {
  @TempDir private Path directory;
  private TestServer server;
  private GrpcClient client;

  @BeforeEach
  void start() throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            """
            rules:
              - { id: orders, match: { path: /orders, method: GET }, key: user, limits: fixed-window 2/day }
              - { id: keys, match: { path: /keys }, key: api-key, limits: 5/day }
              - { id: addresses, match: { path: /addresses }, key: ip, limits: 7/day }
              - { id: slow, match: { path: /slow }, key: user, limits: 1/day, action: throttle, max-wait: 1 day }
            lists: { deny: [{ user: mallory }] }
            """);
    server = TestServer.start("--grpc-port", "0", "--rules", rules.toString());
    client = new GrpcClient(server.grpcPort());
  }

  @AfterEach
  void end() {
    client.close();
    server.close();
  }

  private static Wire orders(String user) {
    return Wire.message().with(1, user).with(4, "/orders").with(5, "GET");
  }

  @Test
  @DisplayName("answers a check with the numbers of the limit that binds")
  void check() {
    Wire allowed = client.call(GrpcClient.CHECK, orders("1"));
    assertThat(allowed.number(1)).isEqualTo(1);
    assertThat(allowed.number(2)).isEqualTo(2);
    assertThat(allowed.number(3)).isEqualTo(1);
    assertThat(allowed.number(4)).isGreaterThan(1_700_000_000);
    assertThat(allowed.text(5)).isEmpty();
    client.call(GrpcClient.CHECK, orders("1"));
    Wire refused = client.call(GrpcClient.CHECK, orders("1"));
    assertThat(refused.number(1)).isZero();
    assertThat(refused.number(3)).isZero();
    assertThat(refused.text(5)).startsWith("Rate limit exceeded: orders. Retry after ");
    // The same permits as over HTTP.
    assertThat(server.check("{\"user_id\": \"1\", \"endpoint\": \"/orders\"}").status())
        .isEqualTo(429);
  }

  @Test
  @DisplayName("finds the API key, the address and the method of a request")
  void fields() {
    Wire key = Wire.message().with(2, "k1").with(4, "/keys");
    assertThat(client.call(GrpcClient.CHECK, key).number(2)).isEqualTo(5);
    Wire address = Wire.message().with(3, "192.0.2.1").with(4, "/addresses?query");
    assertThat(client.call(GrpcClient.CHECK, address).number(2)).isEqualTo(7);
    Wire post = Wire.message().with(1, "1").with(4, "/orders").with(5, "POST");
    assertThat(client.call(GrpcClient.CHECK, post).number(2)).isEqualTo(1_000);
    Wire denied = Wire.message().with(1, "mallory").with(4, "/");
    assertThat(client.call(GrpcClient.CHECK, denied).text(5)).isEqualTo("The client is denied");
  }

  @Test
  @DisplayName("names the field that is wrong")
  void mistakes() {
    assertThat(mistake(Wire.message().with(1, "1")))
        .isEqualTo("endpoint: is missing, for example /api/orders");
    assertThat(mistake(Wire.message().with(4, "orders")))
        .isEqualTo("endpoint: found 'orders', expected a path such as /api/orders");
    assertThat(mistake(Wire.message().with(1, "x".repeat(1_025)).with(4, "/")))
        .isEqualTo("user_id: has 1025 characters, at most 1024 work");
    Status large =
        client.failure(GrpcClient.CHECK, Wire.message().with(1, "x".repeat(2 << 20)).with(4, "/"));
    assertThat(large.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  private String mistake(Wire message) {
    Status status = client.failure(GrpcClient.CHECK, message);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    return status.getDescription();
  }

  @Test
  @DisplayName("tells what a user has used in a time")
  void stats() {
    Wire check = Wire.message().with(1, "counted").with(4, "/x");
    client.call(GrpcClient.CHECK, check);
    client.call(GrpcClient.CHECK, check);
    eventually("the checks are counted")
        .until(
            () -> client.call(GrpcClient.STATS, Wire.message().with(1, "counted")).number(2) == 2);
    Wire stats = client.call(GrpcClient.STATS, Wire.message().with(1, "counted"));
    assertThat(stats.text(1)).isEqualTo("counted");
    assertThat(stats.number(3)).isEqualTo(2);
    assertThat(stats.number(4)).isZero();
    Status window =
        client.failure(GrpcClient.STATS, Wire.message().with(1, "42").with(2, "an hour"));
    assertThat(window.getDescription())
        .isEqualTo("window: found 'an hour', expected 30s, 15m, 1h or 7d");
  }

  @Test
  @DisplayName("takes nothing for a caller that stops waiting for permits")
  void deadline() {
    Wire slow = Wire.message().with(1, "1").with(4, "/slow");
    assertThat(client.call(GrpcClient.CHECK, slow).number(1)).isEqualTo(1);
    String peek = "{\"user_id\": \"1\", \"endpoint\": \"/slow\"}";
    String before = server.post("/v1/ratelimit/peek", peek).text("/error/retry_after");
    assertThatThrownBy(() -> client.call(GrpcClient.CHECK, slow, 300))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    // A bucket reserves permits for a caller that waits. Twice as long, if they stayed reserved.
    eventually("the permit is free for the next caller")
        .until(
            () ->
                Long.parseLong(server.post("/v1/ratelimit/peek", peek).text("/error/retry_after"))
                    <= Long.parseLong(before));
  }

  @Test
  @DisplayName("is healthy, and describes itself")
  void health() throws Exception {
    for (String service : List.of("", "ratelimiter.v1.RateLimiter", envoy())) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
      assertThat(HealthGrpc.newBlockingStub(client.channel()).check(request).getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
    assertThat(services()).contains("ratelimiter.v1.RateLimiter", envoy(), "grpc.health.v1.Health");
  }

  private static String envoy() {
    return "envoy.service.ratelimit.v3.RateLimitService";
  }

  private List<String> services() throws Exception {
    CompletableFuture<List<String>> found = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(client.channel())
            .serverReflectionInfo(
                new StreamObserver<ServerReflectionResponse>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    List<String> names = new ArrayList<>();
                    answer
                        .getListServicesResponse()
                        .getServiceList()
                        .forEach(each -> names.add(each.getName()));
                    found.complete(names);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    found.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> names = found.get(60, TimeUnit.SECONDS);
    requests.onCompleted();
    return names;
  }

  @Test
  @DisplayName("is not healthy any more when it ends, and takes no new calls")
  void ends() throws Exception {
    BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(client.channel())
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<HealthCheckResponse>() {
              @Override
              public void onNext(HealthCheckResponse answer) {
                seen.add(answer.getStatus());
                if (answer.getStatus() == ServingStatus.NOT_SERVING) {
                  client.channel().shutdownNow();
                }
              }

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            });
    assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
    int port = server.grpcPort();
    server.close();
    assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
    try (GrpcClient late = new GrpcClient(port)) {
      assertThat(late.failure(GrpcClient.CHECK, orders("1")).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  @DisplayName("is off unless a port is given; a port in use is a clear error")
  void port() {
    try (TestServer without = TestServer.start()) {
      assertThatThrownBy(without::grpcPort).isInstanceOf(java.util.NoSuchElementException.class);
    }
    String used = "" + server.grpcPort();
    assertThatThrownBy(() -> TestServer.start("--grpc-port", used))
        .hasMessageContaining("gRPC cannot listen on 127.0.0.1:" + used);
  }
}
