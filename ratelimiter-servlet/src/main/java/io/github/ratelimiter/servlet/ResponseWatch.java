package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpResponse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches the response of a request over all its dispatches, and settles what the request has cost
 * when the response is complete. That is when the dispatch returns in which the request was decided
 * on, or when the request is complete if it became asynchronous. Thread-safe.
 */
final class ResponseWatch {
  private static final int FAILED = 500;

  private final Admission admission;
  private final HttpServletResponse response;
  private final boolean hasBody;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean asynchronous;

  ResponseWatch(Admission admission, HttpServletRequest request, HttpServletResponse response) {
    this.admission = admission;
    this.response = response;
    this.hasBody = !request.getMethod().equals("HEAD");
  }

  /** Passes on the request in the dispatch in which it was decided on. */
  void first(HttpServletRequest request, FilterChain chain) throws IOException, ServletException {
    boolean returned = false;
    try {
      later(request, response, chain);
      returned = true;
    } finally {
      if (!asynchronous) {
        // What was committed stays. Otherwise a client could end the connection for a refund.
        completed(returned || response.isCommitted() ? response.getStatus() : FAILED);
      }
    }
  }

  /** Passes on the request in a later dispatch, which may be nested in the first one. */
  void later(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (admission.awaitsResponse()) {
      chain.doFilter(new WatchedRequest(request, response, this), counted(response));
    } else {
      chain.doFilter(request, response);
    }
  }

  /** Returns a response that counts bytes. One that this watch counts already stays as it is. */
  ServletResponse counted(ServletResponse response) {
    ServletResponse inner = response;
    while (inner instanceof ServletResponseWrapper wrapper) {
      if (inner instanceof CountingResponse counting && counting.countsIn(bytes)) {
        return response;
      }
      inner = wrapper.getResponse();
    }
    return response instanceof HttpServletResponse http
        ? new CountingResponse(http, bytes)
        : response;
  }

  /** The request has become asynchronous. */
  void started(AsyncContext context) {
    asynchronous = true;
    context.addListener(new Completion());
  }

  private void completed(int status) {
    admission.completed(new HttpResponse(status, hasBody ? bytes.get() : 0));
  }

  /** Settles when an asynchronous request is complete, after the container's error handling. */
  private final class Completion implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      completed(response.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
      // The container removes the listeners when the request becomes asynchronous again.
      event.getAsyncContext().addListener(this);
    }
  }
}
