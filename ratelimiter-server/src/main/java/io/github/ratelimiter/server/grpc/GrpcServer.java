package io.github.ratelimiter.server.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The service over gRPC, with health and reflection. Thread-safe. */
public final class GrpcServer implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 1 << 20;
  private static final int MOST_CALLS_OF_A_CONNECTION = 1_000;
  private static final long LAST_CALLS_SECONDS = 10;

  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService executor = CallThreads.create();
  private final Server server;

  private GrpcServer(String host, int port, List<BindableService> services) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .executor(executor)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .maxConcurrentCallsPerConnection(MOST_CALLS_OF_A_CONNECTION)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    services.forEach(builder::addService);
    this.server = builder.build();
  }

  /**
   * Starts the server.
   *
   * @param host the address to listen on
   * @param port 0 for any that is free
   * @param services what it answers
   * @throws UncheckedIOException if it cannot listen there
   */
  public static GrpcServer start(String host, int port, List<BindableService> services) {
    GrpcServer started = new GrpcServer(host, port, services);
    try {
      started.server.start();
    } catch (IOException e) {
      started.executor.shutdown();
      throw new UncheckedIOException("gRPC cannot listen on %s:%d".formatted(host, port), e);
    }
    started
        .server
        .getServices()
        .forEach(each -> started.serves(each.getServiceDescriptor().getName()));
    started.serves(HealthStatusManager.SERVICE_NAME_ALL_SERVICES);
    return started;
  }

  private void serves(String service) {
    health.setStatus(service, ServingStatus.SERVING);
  }

  /** Returns the port of the server. */
  public int port() {
    return server.getPort();
  }

  /** Is not healthy any more, answers the calls that have begun, and ends. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(LAST_CALLS_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
  }
}
