package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.HttpLimiter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A web application of a test in a container, and its client. Filters run in their order. */
final class WebApplication implements AutoCloseable {
  /** What a servlet does. */
  @FunctionalInterface
  interface Page {
    void answer(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException;
  }

  /** What a filter does. */
  @FunctionalInterface
  interface Step {
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException;
  }

  private record Mapping(Filter filter, String pattern, EnumSet<DispatcherType> dispatchers) {}

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Container container;
  private final Map<String, Page> pages = new LinkedHashMap<>();
  private final Map<String, Mapping> filters = new LinkedHashMap<>();
  private final Map<Integer, String> errorPages = new HashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private String host = "127.0.0.1";
  private Container.Running running;

  private WebApplication(Container container) {
    this.container = container;
    page("/", (request, response) -> response.sendError(404));
  }

  static WebApplication in(Container container) {
    return new WebApplication(container);
  }

  /** Adds a filter for the requests of clients. */
  WebApplication filter(HttpLimiter limiter) {
    return filter(new RateLimitFilter(limiter));
  }

  WebApplication filter(RateLimitFilter filter) {
    return filter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  /** Adds a filter for all dispatches of all requests. */
  WebApplication filterAll(HttpLimiter limiter) {
    return filter(new RateLimitFilter(limiter), "/*", EnumSet.allOf(DispatcherType.class));
  }

  WebApplication filter(Filter filter, String pattern, EnumSet<DispatcherType> dispatchers) {
    filters.put("filter" + filters.size(), new Mapping(filter, pattern, dispatchers));
    return this;
  }

  WebApplication step(Step step) {
    return filter(new StepFilter(step), "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  WebApplication page(String pattern, Page page) {
    pages.put(pattern, page);
    return this;
  }

  WebApplication errorPage(int status, String path) {
    errorPages.put(status, path);
    return this;
  }

  WebApplication host(String host) {
    this.host = host;
    return this;
  }

  WebApplication start() throws Exception {
    running = container.start(host, this::register, errorPages);
    return this;
  }

  private void register(ServletContext context) {
    filters.forEach(
        (name, mapping) -> {
          FilterRegistration.Dynamic filter = context.addFilter(name, mapping.filter);
          filter.setAsyncSupported(true);
          filter.addMappingForUrlPatterns(mapping.dispatchers, true, mapping.pattern);
        });
    pages.forEach(
        (pattern, page) -> {
          ServletRegistration.Dynamic servlet =
              context.addServlet("page " + pattern, new PageServlet(page));
          servlet.setAsyncSupported(true);
          servlet.addMapping(pattern);
        });
  }

  int port() {
    return running.port();
  }

  HttpRequest.Builder request(String path) {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return HttpRequest.newBuilder(
            URI.create("http://" + authority + ":" + port() + Container.CONTEXT_PATH + path))
        .timeout(PATIENCE);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Returns the body of a response as it was sent. */
  byte[] bytes(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  @Override
  public void close() {
    running.close();
  }

  private static final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private final transient Page page;

    PageServlet(Page page) {
      this.page = page;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      page.answer(request, response);
    }
  }

  private static final class StepFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private final transient Step step;

    StepFilter(Step step) {
      this.step = step;
    }

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      step.filter(request, response, chain);
    }
  }
}
