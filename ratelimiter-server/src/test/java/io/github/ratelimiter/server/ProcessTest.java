package io.github.ratelimiter.server;

import static io.github.ratelimiter.servers.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The process of the service")
class ProcessTest {
  private static final Pattern PORT = Pattern.compile("http://localhost:(\\d+)");
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final String BODY = "{\"user_id\": \"42\", \"endpoint\": \"/api/orders\"}";

  @TempDir private Path directory;

  @Test
  @DisplayName("prints what to try, and a token; answers a call in flight when it is told to end")
  void ends() throws Exception {
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                JavaCommand.program(),
                "-cp",
                JavaCommand.classPath(),
                Main.class.getName(),
                "--port",
                "0")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      eventually("it has started")
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.readString(out).contains("Try it:"));
      Matcher port = PORT.matcher(Files.readString(out));
      assertThat(port.find()).isTrue();
      assertThat(Files.readString(out)).containsPattern("/admin, with the token rls_\\S{43},");
      // The first call loads classes, which takes long on a busy machine.
      assertThat(status(Integer.parseInt(port.group(1)))).isEqualTo("HTTP/1.1 200 OK");
      endInTheMiddleOfACall(process, Integer.parseInt(port.group(1)));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Makes a check, and returns the first line of the answer. */
  private static String status(int port) throws IOException {
    try (Socket call = connect(port)) {
      send(
          call,
          "POST /v1/ratelimit/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(BODY.length(), BODY));
      return new BufferedReader(
              new InputStreamReader(call.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  /** The service waits for the body of the call when the process is told to end. */
  private static void endInTheMiddleOfACall(Process process, int port) throws Exception {
    try (Socket call = connect(port)) {
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(call.getInputStream(), StandardCharsets.US_ASCII));
      send(
          call,
          """
          POST /v1/ratelimit/check HTTP/1.1
          Host: localhost
          Expect: 100-continue
          Content-Length: %d

          """
              .formatted(BODY.length())
              .replace("\n", "\r\n"));
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(answer.readLine()).isEmpty();

      process.destroy();
      eventually("it takes no more calls").until(() -> !takesCalls(port));
      send(call, BODY);
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static boolean takesCalls(int port) {
    try {
      connect(port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
