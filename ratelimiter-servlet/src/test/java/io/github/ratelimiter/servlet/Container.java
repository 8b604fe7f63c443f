package io.github.ratelimiter.servlet;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The containers that the filter is tested in. Both accept paths that are not normalized. */
enum Container {
  JETTY {
    @Override
    Running start(String host, Consumer<ServletContext> site, Map<Integer, String> errorPages)
        throws Exception {
      HttpConfiguration http = new HttpConfiguration();
      http.setUriCompliance(UriCompliance.UNSAFE);
      Server server = new Server();
      ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
      connector.setHost(host);
      server.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler(CONTEXT_PATH);
      context.addServletContainerInitializer((classes, started) -> site.accept(started));
      ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
      errorPages.forEach(errors::addErrorPage);
      context.setErrorHandler(errors);
      server.setHandler(context);
      server.start();
      return new Running(connector.getLocalPort(), server::stop);
    }
  },

  TOMCAT {
    @Override
    Running start(String host, Consumer<ServletContext> site, Map<Integer, String> errorPages)
        throws Exception {
      Path base = Files.createTempDirectory("tomcat");
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(base.toString());
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", host);
      tomcat.getConnector().setEncodedSolidusHandling("passthrough");
      Context context = tomcat.addContext(CONTEXT_PATH, null);
      context.addServletContainerInitializer((classes, started) -> site.accept(started), null);
      errorPages.forEach((status, path) -> context.addErrorPage(errorPage(status, path)));
      tomcat.start();
      return new Running(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
            delete(base);
          });
    }
  };

  static final String CONTEXT_PATH = "/shop";

  /** Starts a server on a free port. */
  abstract Running start(
      String host, Consumer<ServletContext> site, Map<Integer, String> errorPages) throws Exception;

  /** A server that accepts requests. */
  record Running(int port, Stop stop) implements AutoCloseable {
    @Override
    public void close() {
      try {
        stop.stop();
      } catch (Exception e) {
        throw new IllegalStateException("the server does not stop", e);
      }
    }
  }

  /** Stops a server. */
  interface Stop {
    void stop() throws Exception;
  }

  private static ErrorPage errorPage(int status, String path) {
    ErrorPage page = new ErrorPage();
    page.setErrorCode(status);
    page.setLocation(path);
    return page;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
