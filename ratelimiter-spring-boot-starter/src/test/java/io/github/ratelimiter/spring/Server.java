package io.github.ratelimiter.spring;

import static io.github.ratelimiter.servers.Eventually.eventually;

import io.github.ratelimiter.RateLimiter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An application on a free port, and a client. */
record Server(ConfigurableApplicationContext context) implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** The servers of Spring Boot. All are on the class path; the others are excluded. */
  enum Kind {
    TOMCAT(WebApplicationType.SERVLET, "jetty.autoconfigure.servlet.Jetty"),
    JETTY(WebApplicationType.SERVLET, "tomcat.autoconfigure.servlet.Tomcat"),
    NETTY(WebApplicationType.REACTIVE, "jetty.autoconfigure.reactive.Jetty");

    private final WebApplicationType type;
    private final String excluded;

    Kind(WebApplicationType type, String excluded) {
      this.type = type;
      this.excluded =
          "spring.autoconfigure.exclude=org.springframework.boot.%s%sWebServerAutoConfiguration"
              .formatted(excluded, type == WebApplicationType.SERVLET ? "Servlet" : "Reactive");
    }

    Server start(Class<?> application, String... properties) {
      return Server.start(this, application, properties);
    }
  }

  /** Starts an application on Tomcat. */
  static Server servlet(Class<?> application, String... properties) {
    return start(Kind.TOMCAT, application, properties);
  }

  /** Starts an application on Reactor Netty. */
  static Server reactive(Class<?> application, String... properties) {
    return start(Kind.NETTY, application, properties);
  }

  private static Server start(Kind kind, Class<?> application, String... properties) {
    return new Server(
        new SpringApplicationBuilder(application)
            .web(kind.type)
            .bannerMode(Banner.Mode.OFF)
            .properties("server.port=0", "ratelimiter.redis.enabled=false", kind.excluded)
            .run(Stream.of(properties).map(each -> "--" + each).toArray(String[]::new)));
  }

  private HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  /** Sends a request with headers: names and values in turn. */
  HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request = request(path).method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  /** Sends JSON. */
  HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  /** Makes all permits of some keys available again, under all policies. */
  void reset(String... keys) {
    RateLimiters limiters = context.getBean(RateLimiters.class);
    for (String name : limiters.names()) {
      for (String key : keys) {
        limiters.get(name).reset(key);
      }
    }
  }

  /**
   * Waits until a key has some permits. A client has its response before the server knows that it
   * is complete and returns what it did not cost.
   */
  void awaitRemaining(String policy, String key, long permits) {
    RateLimiter limiter = context.getBean(RateLimiters.class).get(policy);
    eventually(permits + " permits remain").until(() -> limiter.peek(key).remaining() == permits);
  }

  @Override
  public void close() {
    context.close();
  }
}
