package io.github.ratelimiter.bench.service;

import io.github.ratelimiter.server.grpc.v1.CheckRateLimitRequest;
import io.github.ratelimiter.server.grpc.v1.RateLimiterGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;

/** A gRPC connection that sends the same check again and again. */
final class GrpcCaller implements Caller {
  private static final long TIMEOUT_SECONDS = 10;

  private final ManagedChannel channel;
  private final RateLimiterGrpc.RateLimiterBlockingStub stub;
  private final CheckRateLimitRequest request;

  /** Connects to a server on this machine. */
  GrpcCaller(int port, String user) {
    this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.stub = RateLimiterGrpc.newBlockingStub(channel);
    this.request =
        CheckRateLimitRequest.newBuilder().setUserId(user).setEndpoint("/api/orders").build();
  }

  @Override
  public void call() {
    boolean allowed =
        stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .checkRateLimit(request)
            .getAllowed();
    if (!allowed) {
      throw new IllegalStateException("a check was refused");
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
