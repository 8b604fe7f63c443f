package io.github.ratelimiter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Speaks HTTP by hand, because no client sends such bodies. */
@DisplayName("The body of a call")
class BodyTest {
  private static final String CHECK = "{\"user_id\": \"42\", \"endpoint\": \"/\"}";
  private static final int TIMEOUT_MILLIS = 30_000;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Returns the answer to a check whose headers and body are sent as they are. */
  private static String answer(String headersAndBody) throws IOException {
    int port = URI.create(server.base()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket
          .getOutputStream()
          .write(
              ("POST /v1/ratelimit/check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                      + headersAndBody)
                  .getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return in.lines().collect(Collectors.joining("\n"));
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @Test
  @DisplayName("may come in chunks, without its length")
  void chunks() throws IOException {
    String body = chunk(CHECK.substring(0, 7)) + chunk(CHECK.substring(7)) + "0\r\n\r\n";
    assertThat(answer("Transfer-Encoding: chunked\r\n\r\n" + body))
        .startsWith("HTTP/1.1 200")
        .contains("\"allowed\":true");
  }

  @Test
  @DisplayName("is too large beyond a mebibyte, also in chunks")
  void tooLarge() throws IOException {
    String large = "x".repeat((1 << 20) + 1);
    assertThat(answer("Transfer-Encoding: chunked\r\n\r\n" + chunk(large) + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  @DisplayName("that ends before its length is the mistake of the caller, and no defect")
  void ended() throws IOException {
    assertThat(answer("Content-Length: 500\r\n\r\n" + CHECK)).startsWith("HTTP/1.1 400");
  }
}
