package io.github.ratelimiter.bench.service;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection that sends the same check again and again. It parses no more of an answer than it
 * must, so that the time is that of the server.
 */
final class HttpCaller implements Caller {
  static final String PATH = "/v1/ratelimit/check";

  private static final String LENGTH = "content-length:";
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String OK = "HTTP/1.1 200";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] request;

  /** Connects to a server on this machine. */
  HttpCaller(int port, String user) {
    String body = "{\"user_id\": \"%s\", \"endpoint\": \"/api/orders\"}".formatted(user);
    this.request =
        ("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: %d\r\n\r\n%s")
            .formatted(PATH, body.length(), body)
            .getBytes(StandardCharsets.UTF_8);
    try {
      this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void call() {
    try {
      out.write(request);
      String status = line();
      if (!status.startsWith(OK)) {
        throw new IllegalStateException("a check was answered with " + status);
      }
      int length = 0;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
          length = Integer.parseInt(header.substring(LENGTH.length()).strip());
        }
      }
      in.skipNBytes(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
