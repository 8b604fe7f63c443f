package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.http.Refusal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Limits the requests of a servlet application. Thread-safe.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic filter =
 *     servletContext.addFilter("ratelimiter", new RateLimitFilter(httpLimiter));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
 * }</pre>
 *
 * <p>A request counts once, however often it is dispatched. It counts in the first dispatch for
 * which the filter is mapped; include and error dispatches never count. Place the filter after the
 * one that authenticates users if a limit is for users, and before filters that do expensive work.
 *
 * <p>A limit that is settled by the response is settled when the request returns, or when it is
 * complete if it is asynchronous. If the application throws an exception and the response is not
 * committed, the status is 500. Bytes are those that the application has written to a stream or a
 * writer and not discarded. The error page after {@code sendError} is not counted.
 *
 * <p>A container thread is blocked while the limiter decides and, if requests may wait, while they
 * wait.
 */
public final class RateLimitFilter implements Filter {
  private final HttpLimiter limiter;
  private final RefusalHandler refusals;

  /** The attribute of a request that this filter has decided on. Each filter has its own. */
  private final String attribute = RateLimitFilter.class.getName() + "." + UUID.randomUUID();

  /**
   * Creates a filter that answers refused requests itself.
   *
   * @param limiter decides on requests
   */
  public RateLimitFilter(HttpLimiter limiter) {
    this(limiter, RefusalHandler.body());
  }

  /**
   * Creates a filter.
   *
   * @param limiter decides on requests
   * @param refusals answers refused requests
   */
  public RateLimitFilter(HttpLimiter limiter, RefusalHandler refusals) {
    this.limiter = Objects.requireNonNull(limiter, "limiter");
    this.refusals = Objects.requireNonNull(refusals, "refusals");
  }

  /**
   * Returns a request of a container as limiters see it, for code that makes a body or a key of it.
   *
   * @param request the request
   * @return a view of the request
   */
  public static HttpRequest view(HttpServletRequest request) {
    return new ContainerRequest(request);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer) {
      filter(http, answer, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getAttribute(attribute) instanceof ResponseWatch watch) {
      watch.later(request, response, chain);
    } else if (canRefuse(request, response)) {
      decide(request, response, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  /** An included response cannot have a status, and an error has one already. */
  private static boolean canRefuse(HttpServletRequest request, HttpServletResponse response) {
    return switch (request.getDispatcherType()) {
      case REQUEST, FORWARD -> true;
      case ASYNC -> !response.isCommitted();
      case INCLUDE, ERROR -> false;
    };
  }

  private void decide(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpRequest seen = view(request);
    Admission admission = limiter.admit(seen);
    setHeaders(admission.headers(), response);
    if (admission.decision().isPresent()) {
      request.setAttribute(Admission.ATTRIBUTE, admission);
    }
    ResponseWatch watch = new ResponseWatch(admission, request, response);
    // A handler may forward a refused request: it is decided on, too.
    request.setAttribute(attribute, watch);
    Refusal refusal = admission.refusal().orElse(null);
    if (refusal == null) {
      watch.first(request, chain);
    } else {
      refusals.refuse(request, response, refusal, limiter.body(seen, refusal));
    }
  }

  private static void setHeaders(Map<String, String> headers, HttpServletResponse response) {
    headers.forEach(
        (name, value) -> {
          if (!name.equals("Access-Control-Expose-Headers")) {
            response.setHeader(name, value);
          } else if (!response.getHeaders(name).contains(value)) {
            response.addHeader(name, value); // There may be one for other headers.
          }
        });
  }

  /** Returns a text for people. */
  @Override
  public String toString() {
    return "RateLimitFilter(" + limiter + ")";
  }
}
