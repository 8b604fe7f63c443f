package io.github.ratelimiter.spring.web.servlet;

import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.servlet.RefusalHandler;
import io.github.ratelimiter.spring.RequestRefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;

/**
 * Passes a refusal of the filter to the exception handlers of the application, for example to a
 * {@code ControllerAdvice}. If none of them handles it, the body of the limiter is written. The
 * resolvers are looked up late, because filters are created before them.
 */
final class ExceptionRefusalHandler implements RefusalHandler {
  private final ObjectProvider<HandlerExceptionResolver> resolver;
  private final ObjectProvider<ViewResolver> views;

  ExceptionRefusalHandler(
      ObjectProvider<HandlerExceptionResolver> resolver, ObjectProvider<ViewResolver> views) {
    this.resolver = resolver;
    this.views = views;
  }

  @Override
  public void refuse(
      HttpServletRequest request,
      HttpServletResponse response,
      Refusal refusal,
      RefusalBody.Content body)
      throws IOException, ServletException {
    RefusalResolver.setBody(request, body);
    HandlerExceptionResolver exceptions = resolver.getIfAvailable();
    ModelAndView handled =
        exceptions == null
            ? null
            : exceptions.resolveException(
                request, response, null, new RequestRefusedException(refusal, Map.of()));
    if (handled == null) {
      RefusalHandler.body().refuse(request, response, refusal, body);
    } else if (!handled.isEmpty()) {
      render(handled, request, response);
    }
  }

  private void render(
      ModelAndView handled, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    try {
      if (handled.getStatus() != null) {
        response.setStatus(handled.getStatus().value());
      }
      Objects.requireNonNull(view(handled, request), "no view " + handled)
          .render(handled.getModel(), request, response);
    } catch (IOException | ServletException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException("The view of a refusal failed", e);
    }
  }

  private @Nullable View view(ModelAndView handled, HttpServletRequest request) throws Exception {
    String name = handled.getViewName();
    if (name == null) {
      return handled.getView();
    }
    for (ViewResolver each : views.orderedStream().toList()) {
      View view = each.resolveViewName(name, request.getLocale());
      if (view != null) {
        return view;
      }
    }
    return null;
  }
}
