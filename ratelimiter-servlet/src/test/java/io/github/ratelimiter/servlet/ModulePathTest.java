package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small modular application on Servlet 6.0, built and run in a module layer of its own. */
@DisplayName("On the module path")
class ModulePathTest {
  /** Jetty with Servlet 6.0, and what the filter and a store bring with them. */
  private static final Pattern JARS =
      Pattern.compile(
          ".*(ratelimiter-(core|net|http|local|servlet)/target/classes"
              + "|ratelimiter-(core|net|http|local|servlet)-[^/]*\\.jar"
              + "|ipaddress|slf4j|jetty-(ee10|http|io|security|server|session|util)"
              + "|jakarta.servlet-api).*");

  private static final String MODULE =
      """
      module app {
        requires io.github.ratelimiter.local;
        requires io.github.ratelimiter.servlet;
        requires java.net.http;
        requires org.eclipse.jetty.ee10.servlet;
        exports app;
      }
      """;

  private static final String MAIN =
      """
      package app;

      import io.github.ratelimiter.RateLimiter;
      import io.github.ratelimiter.http.*;
      import io.github.ratelimiter.local.LocalStateStore;
      import io.github.ratelimiter.servlet.RateLimitFilter;
      import jakarta.servlet.DispatcherType;
      import jakarta.servlet.http.*;
      import java.io.IOException;
      import java.net.URI;
      import java.net.http.HttpClient;
      import java.net.http.HttpRequest;
      import java.net.http.HttpResponse.BodyHandlers;
      import java.util.*;
      import java.util.concurrent.Callable;
      import org.eclipse.jetty.ee10.servlet.*;
      import org.eclipse.jetty.server.*;

      public class Main implements Callable<Object> {
        public static class Hello extends HttpServlet {
          @Override
          protected void doGet(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            response.getWriter().write("hello");
          }
        }

        @Override
        public Object call() throws Exception {
          RateLimiter pages = RateLimiter.of("pages", "2/day", LocalStateStore.create());
          RequestLimit counted =
              RequestLimit.of(pages, RequestKey.global())
                  .settledBy((reserved, response) -> response.bytes() == 5 ? reserved : 0);
          HttpLimiter http = HttpLimiter.builder().limits(counted).build();
          ServletContextHandler context = new ServletContextHandler("/");
          context.addFilter(new RateLimitFilter(http), "/*", EnumSet.of(DispatcherType.REQUEST));
          context.addServlet(Hello.class, "/hello");
          Server server = new Server();
          ServerConnector connector = new ServerConnector(server);
          connector.setHost("127.0.0.1");
          server.addConnector(connector);
          server.setHandler(context);
          server.start();
          try {
            URI uri = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/hello");
            HttpClient client = HttpClient.newHttpClient();
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              HttpRequest request = HttpRequest.newBuilder(uri).build();
              statuses.add(client.send(request, BodyHandlers.ofString()).statusCode());
            }
            return statuses;
          } finally {
            server.stop();
          }
        }
      }
      """;

  @TempDir private Path dir;

  @Test
  @DisplayName("the filter works in Jetty with Servlet 6.0, and counts the bytes of responses")
  void works() throws Exception {
    String modulePath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(JARS.asMatchPredicate())
            .collect(Collectors.joining(File.pathSeparator));
    Path application = compiled(modulePath);
    ModuleFinder modules =
        ModuleFinder.of(
            Stream.of((application + File.pathSeparator + modulePath).split(File.pathSeparator))
                .map(Path::of)
                .toArray(Path[]::new));
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolveAndBind(ModuleFinder.of(), modules, Set.of("app"));
    ClassLoader loader =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader())
            .findLoader("app");
    Callable<?> main =
        (Callable<?>) loader.loadClass("app.Main").getDeclaredConstructor().newInstance();
    assertThat(main.call()).isEqualTo(List.of(200, 200, 429));
  }

  private Path compiled(String modulePath) throws IOException {
    Path built = dir.resolve("built");
    Path sources = Files.createDirectory(dir.resolve("app"));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-proc:none",
                "--module-path",
                modulePath,
                "-d",
                built.toString(),
                Files.writeString(dir.resolve("module-info.java"), MODULE).toString(),
                Files.writeString(sources.resolve("Main.java"), MAIN).toString());
    assertThat(status).as(errors::toString).isZero();
    return built;
  }
}
