package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.JavaCommand;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The process of the service with gRPC")
class GrpcProcessTest {
  private static final Pattern PORT = Pattern.compile("gRPC +localhost:(\\d+)");
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final Wire CHECK = Wire.message().with(1, "42").with(4, "/api/orders");

  @TempDir private Path directory;

  @Test
  @DisplayName("prints what to try; answers a call in flight when it is told to end")
  void ends() throws Exception {
    Path out = directory.resolve("out");
    ProcessBuilder command =
        new ProcessBuilder(
            JavaCommand.program(),
            "-cp",
            JavaCommand.classPath(),
            Main.class.getName(),
            "--port=0",
            "--grpc-port=0");
    Process process = command.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      eventually("it has started")
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.readString(out).contains("CheckRateLimit"));
      Matcher port = PORT.matcher(Files.readString(out));
      assertThat(port.find()).isTrue();
      endInTheMiddleOfACall(process, Integer.parseInt(port.group(1)));
    } finally {
      process.destroyForcibly();
    }
  }

  /** The service waits for the message of the call when the process is told to end. */
  private static void endInTheMiddleOfACall(Process process, int port) throws Exception {
    try (GrpcClient client = new GrpcClient(port)) {
      CompletableFuture<Wire> answer = new CompletableFuture<>();
      ClientCall<Wire, Wire> call = begin(client, answer);
      // An answer on the same connection: the service has the call that was begun before.
      assertThat(client.call(GrpcClient.CHECK, CHECK).number(1)).isEqualTo(1);

      process.destroy();
      eventually("it takes no more calls").until(() -> !takesCalls(port));
      assertThat(answer).isNotDone();
      call.sendMessage(CHECK);
      call.halfClose();
      assertThat(answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).number(1)).isEqualTo(1);
      assertThat(process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }
  }

  /** Sends the headers of a call. Those of a unary one would wait for the message. */
  private static ClientCall<Wire, Wire> begin(GrpcClient client, CompletableFuture<Wire> answer) {
    ClientCall<Wire, Wire> call =
        client
            .channel()
            .newCall(
                GrpcClient.method(GrpcClient.CHECK).toBuilder()
                    .setType(MethodType.CLIENT_STREAMING)
                    .build(),
                CallOptions.DEFAULT);
    // The connection is there when this is answered, so that the headers are sent at once.
    client.call(GrpcClient.CHECK, CHECK);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(Wire message) {
            answer.complete(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            answer.completeExceptionally(status.asException());
          }
        },
        new Metadata());
    call.request(2);
    return call;
  }

  private static boolean takesCalls(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
