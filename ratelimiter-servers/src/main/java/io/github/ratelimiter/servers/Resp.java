package io.github.ratelimiter.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command on a connection of its own: tests ask servers without the client under test. */
final class Resp {
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private Resp() {}

  /**
   * Sends a command.
   *
   * @return a String, a Long, null or a List of such
   * @throws IOException if the server cannot be asked, or answers with an error
   */
  static @Nullable Object call(int port, @Nullable String password, Object... command)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(LOOPBACK, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      if (password != null) {
        socket.getOutputStream().write(encode("AUTH", password));
        read(in);
      }
      socket.getOutputStream().write(encode(command));
      return read(in);
    }
  }

  private static byte[] encode(Object... command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    for (Object word : command) {
      byte[] bytes =
          word instanceof byte[] raw ? raw : word.toString().getBytes(StandardCharsets.UTF_8);
      out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(bytes);
      out.write('\r');
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static @Nullable Object read(InputStream in) throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new IOException(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> text(in, Integer.parseInt(rest));
      case '*' -> list(in, Integer.parseInt(rest));
      default -> throw new IOException("not understood: " + line);
    };
  }

  private static @Nullable String text(InputStream in, int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    line(in);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<@Nullable Object> list(InputStream in, int length) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      list.add(read(in));
    }
    return list;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
