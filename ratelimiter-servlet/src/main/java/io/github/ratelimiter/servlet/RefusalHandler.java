package io.github.ratelimiter.servlet;

import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.http.RefusalBody;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Answers a refused request. The headers of the refusal are set already; the response is not
 * committed. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface RefusalHandler {
  /**
   * Answers a request. It is not passed on to the application.
   *
   * @param request the request
   * @param response the response
   * @param refusal why the request is refused
   * @param body the body that the limiter has made
   * @throws IOException if the response cannot be written
   * @throws ServletException as the handler throws it
   */
  void refuse(
      HttpServletRequest request,
      HttpServletResponse response,
      Refusal refusal,
      RefusalBody.Content body)
      throws IOException, ServletException;

  /**
   * Returns a handler that writes the body. It does not commit the response, so that filters before
   * this one can still change it.
   *
   * @return the handler
   */
  static RefusalHandler body() {
    return (request, response, refusal, body) -> {
      byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
      response.setStatus(refusal.type().status());
      response.setContentType(body.contentType());
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      // Without a length: a container commits the response when it has all its bytes.
      response.getOutputStream().write(bytes);
    };
  }

  /**
   * Returns a handler that reports the status as an error, so that the application's error page
   * writes the body.
   *
   * @return the handler
   */
  static RefusalHandler sendError() {
    return (request, response, refusal, body) ->
        response.sendError(refusal.type().status(), refusal.type().title());
  }
}
