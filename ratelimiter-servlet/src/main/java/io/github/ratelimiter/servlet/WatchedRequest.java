package io.github.ratelimiter.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Tells a watch that the request becomes asynchronous, at this moment: when the dispatch returns,
 * it may have been dispatched again or completed by another thread.
 */
final class WatchedRequest extends HttpServletRequestWrapper {
  private final HttpServletResponse response;
  private final ResponseWatch watch;

  WatchedRequest(HttpServletRequest request, HttpServletResponse response, ResponseWatch watch) {
    super(request);
    this.response = response;
    this.watch = watch;
  }

  /**
   * Leaves out all wrappers, as the servlet specification says, but the one that counts the bytes.
   */
  @Override
  public AsyncContext startAsync() {
    return startAsync(withoutWrappers(getRequest()), withoutWrappers(response));
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    AsyncContext context = super.startAsync(request, watch.counted(response));
    watch.started(context);
    return context;
  }

  private static ServletRequest withoutWrappers(ServletRequest request) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      inner = wrapper.getRequest();
    }
    return inner;
  }

  private static ServletResponse withoutWrappers(ServletResponse response) {
    ServletResponse inner = response;
    while (inner instanceof ServletResponseWrapper wrapper) {
      inner = wrapper.getResponse();
    }
    return inner;
  }
}
