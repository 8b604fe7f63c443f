package io.github.ratelimiter.bench.service;

import io.github.ratelimiter.server.grpc.v1.CheckRateLimitRequest;
import io.github.ratelimiter.server.grpc.v1.CheckRateLimitResponse;
import io.github.ratelimiter.server.grpc.v1.RateLimiterGrpc.RateLimiterImplBase;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A gRPC handler that reads a check and answers the same message each time, on gRPC's threads. */
final class BareGrpcHandler extends RateLimiterImplBase {
  private static final CheckRateLimitResponse ANSWER =
      CheckRateLimitResponse.newBuilder()
          .setAllowed(true)
          .setLimit(1_000_000_000)
          .setRemaining(999_999_999)
          .setResetAt(1_796_342_404)
          .build();

  private BareGrpcHandler() {}

  @Override
  public void checkRateLimit(
      CheckRateLimitRequest request, StreamObserver<CheckRateLimitResponse> caller) {
    caller.onNext(ANSWER);
    caller.onCompleted();
  }

  /** Listens on a free port, prints it, and runs until the process ends. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new BareGrpcHandler())
            .build()
            .start();
    System.out.println("gRPC localhost:" + server.getPort());
    server.awaitTermination();
  }
}
