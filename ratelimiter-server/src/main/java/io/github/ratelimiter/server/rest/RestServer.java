package io.github.ratelimiter.server.rest;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service over HTTP. Every error is a problem of RFC 9457. */
public final class RestServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);

  private static final long LARGEST_BODY = 1 << 20;
  private static final Duration LAST_CALLS = Duration.ofSeconds(10);
  private static final int FIRST_VERSION_WITH_VIRTUAL_THREADS = 21;

  private final Javalin javalin;

  private RestServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /**
   * Starts the server.
   *
   * @param host the address to listen on
   * @param port 0 for any that is free
   * @param routes what it answers
   */
  public static RestServer start(String host, int port, List<Routes> routes) {
    Javalin javalin =
        Javalin.create(
            config -> {
              configure(config);
              routes.forEach(each -> each.addTo(config.routes));
            });
    return new RestServer(javalin.start(host, port));
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads =
        Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS;
    config.http.maxRequestSize = LARGEST_BODY;
    config.http.prefer405over404 = true;
    config.http.generateEtags = false;
    config.jetty.modifyServer(RestServer::endGracefully);
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.routes.exception(
        ProblemException.class, (e, context) -> Answers.problem(context, e.problem()));
    config.routes.exception(HttpResponseException.class, RestServer::failed);
    config.routes.exception(Exception.class, RestServer::failed);
  }

  /** Calls that have begun are answered. */
  private static void endGracefully(Server server) {
    server.setStopTimeout(LAST_CALLS.toMillis());
    server.insertHandler(new GracefulHandler());
  }

  private static void failed(HttpResponseException e, Context context) {
    Answers.problem(
        context, Problem.of(e.getStatus(), title(e.getStatus()), String.valueOf(e.getMessage())));
  }

  private static String title(int status) {
    return switch (status) {
      case 404 -> "There is no such path";
      case 405 -> "The method is not allowed";
      case 413 -> "The body is too large";
      default -> "The call failed";
    };
  }

  private static void failed(Exception e, Context context) {
    LOG.atError().setCause(e).log("{} {} failed", context.method(), context.path());
    Answers.problem(
        context, Problem.of(500, "The service failed", "This is a defect; the log has the cause"));
  }

  /** Returns the port of the server. */
  public int port() {
    return javalin.port();
  }

  /** Answers the calls that have begun, and ends. */
  @Override
  public void close() {
    javalin.stop();
  }
}
