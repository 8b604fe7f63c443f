package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpResponse;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Watches the response of an allowed request over all its dispatches, and settles what the request
 * has cost when it is complete. Thread-safe.
 */
final class ResponseWatch {
  private static final int FAILED = 500;

  private final Admission admission;
  private final LongAdder bytes = new LongAdder();

  ResponseWatch(Admission admission) {
    this.admission = admission;
  }

  /** Passes a request on. */
  void watch(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!admission.awaitsResponse()) {
      chain.doFilter(request, response);
      return;
    }
    boolean returned = false;
    try {
      chain.doFilter(request, new CountingResponse(response, bytes));
      returned = true;
    } finally {
      if (!returned) {
        completed(FAILED);
      } else if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new Completion(response));
      } else {
        completed(response.getStatus());
      }
    }
  }

  private void completed(int status) {
    admission.completed(new HttpResponse(status, bytes.sum()));
  }

  /** Settles when an asynchronous request is complete. */
  private final class Completion implements AsyncListener {
    private final HttpServletResponse response;
    private volatile boolean failed;

    Completion(HttpServletResponse response) {
      this.response = response;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      completed(failed ? FAILED : response.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      failed = true;
    }

    @Override
    public void onError(AsyncEvent event) {
      failed = true;
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      // The container removes the listeners when the request becomes asynchronous again.
      event.getAsyncContext().addListener(this);
    }
  }
}
