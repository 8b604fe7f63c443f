package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.security.Access;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import io.javalin.router.InternalRouter;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service over HTTP. Every error is a problem of RFC 9457. */
public final class RestServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);

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
   * @param guard decides who may call which route
   * @param routes what it answers
   */
  public static RestServer start(String host, int port, Guard guard, List<Routes> routes) {
    Javalin javalin =
        Javalin.create(
            config -> {
              configure(config);
              config.routes.beforeMatched(
                  context -> guard.check(context, access(config.unsafe.internalRouter, context)));
              routes.forEach(each -> each.addTo(config.routes));
            });
    return new RestServer(javalin.start(host, port));
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads =
        Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS;
    config.http.maxRequestSize = (long) Bodies.LARGEST;
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

  /**
   * A route of the server.
   *
   * @param method the method
   * @param path the path, with parameters in braces
   * @param access what it needs; it is denied unless there is exactly one
   */
  public record Route(String method, String path, Set<Access> access) {}

  /** Returns all routes that were added. */
  public List<Route> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(parsed -> parsed.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .map(endpoint -> new Route(endpoint.method.name(), endpoint.path, access(endpoint)))
        .toList();
  }

  /** Returns what the route of a call has declared. HEAD needs what GET needs. */
  private static Set<Access> access(InternalRouter router, Context context) {
    Set<Access> declared = access(context.routeRoles());
    if (!declared.isEmpty() || context.method() != HandlerType.HEAD) {
      return declared;
    }
    ParsedEndpoint get = router.findFirstHttpHandlerEntry(HandlerType.GET, context.path());
    return get == null ? Set.of() : access(get.endpoint);
  }

  private static Set<Access> access(Endpoint endpoint) {
    Roles roles = endpoint.metadata(Roles.class);
    return roles == null ? Set.of() : access(roles.getRoles());
  }

  private static Set<Access> access(Set<RouteRole> roles) {
    return roles.stream()
        .filter(Access.class::isInstance)
        .map(Access.class::cast)
        .collect(Collectors.toUnmodifiableSet());
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
