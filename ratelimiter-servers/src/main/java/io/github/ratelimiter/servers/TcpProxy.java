package io.github.ratelimiter.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy before a server that can be slow, swallow what is sent or answered, and cut connections.
 * Connections made after a change behave as the change says.
 */
public final class TcpProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final Set<Pipe> pipes = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile long delayNanos;

  private TcpProxy(int target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /** A proxy that passes everything on. */
  public static TcpProxy to(RedisProcess server) {
    try {
      ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
      TcpProxy proxy = new TcpProxy(server.port(), listener);
      daemon(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String uri() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** How many connections have been made. */
  public int accepted() {
    return accepted.get();
  }

  /** Delays every answer. */
  public void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /** Half-open: standing connections stay, but nothing comes through any more, either way. */
  public void blackHole() {
    pipes.forEach(pipe -> pipe.swallow = true);
  }

  /** What the server answers on standing connections is lost; what it is sent arrives. */
  public void dropAnswers() {
    pipes.stream().filter(pipe -> pipe.answers).forEach(pipe -> pipe.swallow = true);
  }

  /** Cuts the standing connections. */
  public void cut() {
    pipes.forEach(Pipe::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        try {
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          client.setTcpNoDelay(true);
          server.setTcpNoDelay(true);
          accepted.incrementAndGet();
          for (Pipe pipe :
              new Pipe[] {new Pipe(client, server, false), new Pipe(server, client, true)}) {
            pipes.add(pipe);
            daemon(pipe::run);
          }
        } catch (IOException e) {
          client.close();
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  private final class Pipe {
    private final Socket from;
    private final Socket to;
    final boolean answers;
    volatile boolean swallow;

    Pipe(Socket from, Socket to, boolean answers) {
      this.from = from;
      this.to = to;
      this.answers = answers;
    }

    void run() {
      byte[] buffer = new byte[65_536];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (answers && delayNanos > 0) {
            LockSupport.parkNanos(delayNanos);
          }
          if (!swallow) {
            out.write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        // Cut.
      } finally {
        close();
      }
    }

    void close() {
      pipes.remove(this);
      try {
        from.close();
        to.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
