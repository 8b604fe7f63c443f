package io.github.ratelimiter.server;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A client that sends messages by the numbers of their fields. */
final class GrpcClient implements AutoCloseable {
  static final String CHECK = "ratelimiter.v1.RateLimiter/CheckRateLimit";
  static final String STATS = "ratelimiter.v1.RateLimiter/GetUserStats";
  static final String ENVOY = "envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";

  private static final MethodDescriptor.Marshaller<Wire> MESSAGES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Wire message) {
          return new ByteArrayInputStream(message.toBytes());
        }

        @Override
        public Wire parse(InputStream in) {
          try {
            return Wire.read(in.readAllBytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final ManagedChannel channel;

  GrpcClient(int port) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(8 << 20)
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  static MethodDescriptor<Wire, Wire> method(String name) {
    return MethodDescriptor.newBuilder(MESSAGES, MESSAGES)
        .setType(MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  Wire call(String method, Wire message) {
    return call(method, message, 60_000);
  }

  Wire call(String method, Wire message, long deadlineMillis) {
    return ClientCalls.blockingUnaryCall(
        channel,
        method(method),
        CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS),
        message);
  }

  /** Returns the status of a call that fails. */
  Status failure(String method, Wire message) {
    try {
      throw new AssertionError("answered " + call(method, message).toBytes().length + " bytes");
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
