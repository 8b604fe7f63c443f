package io.github.ratelimiter.spring.web.servlet;

import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.servlet.RateLimitFilter;
import io.github.ratelimiter.servlet.RefusalHandler;
import io.github.ratelimiter.spring.RequestRefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** Writes the response of a refusal that the application does not handle. */
final class RefusalResolver implements HandlerExceptionResolver {
  private static final String BODY = RefusalResolver.class.getName() + ".BODY";

  private final RefusalBody body;

  RefusalResolver(RefusalBody body) {
    this.body = body;
  }

  /** Sets the body that the limiter of requests has made for a refusal of its own. */
  static void setBody(HttpServletRequest request, RefusalBody.Content body) {
    request.setAttribute(BODY, body);
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    if (!(failure instanceof RequestRefusedException refused)) {
      return null;
    }
    refused.getHeaders().forEach((name, values) -> response.setHeader(name, values.get(0)));
    RefusalBody.Content content =
        request.getAttribute(BODY) instanceof RefusalBody.Content made
            ? made
            : body.of(RateLimitFilter.view(request), refused.refusal());
    try {
      RefusalHandler.body().refuse(request, response, refused.refusal(), content);
    } catch (IOException | ServletException e) {
      return null; // The connection is broken. The framework ends the request.
    }
    return new ModelAndView();
  }
}
