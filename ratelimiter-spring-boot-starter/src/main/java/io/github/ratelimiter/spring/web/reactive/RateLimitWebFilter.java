package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.spring.reactor.LaterDecision;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits requests without blocking. A refused request is passed to the dispatcher, past the filters
 * that follow, so that the exception handlers of controllers see the refusal.
 */
final class RateLimitWebFilter implements WebFilter, Ordered {
  private final Optional<HttpLimiter> limiter;
  private final ObjectProvider<DispatcherHandler> dispatcher;
  private final int order;

  /**
   * Creates a filter.
   *
   * @param limiter empty to pass on all requests
   */
  RateLimitWebFilter(
      Optional<HttpLimiter> limiter, ObjectProvider<DispatcherHandler> dispatcher, int order) {
    this.limiter = limiter;
    this.dispatcher = dispatcher;
    this.order = order;
  }

  @Override
  public int getOrder() {
    return order;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return limiter
        .map(deciding -> filter(deciding, exchange, chain))
        .orElseGet(() -> chain.filter(exchange));
  }

  private Mono<Void> filter(
      HttpLimiter deciding, ServerWebExchange exchange, WebFilterChain chain) {
    return exchange
        .getPrincipal()
        .map(Principal::getName)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(user -> decide(deciding, new ExchangeRequest(exchange, user), chain));
  }

  private Mono<Void> decide(HttpLimiter deciding, ExchangeRequest request, WebFilterChain chain) {
    return LaterDecision.of(() -> deciding.admitAsync(request))
        .flatMap(
            admission -> {
              setHeaders(admission.headers(), request.exchange().getResponse().getHeaders());
              if (admission.decision().isPresent()) {
                request.exchange().getAttributes().put(Admission.ATTRIBUTE, admission);
              }
              return admission
                  .refusal()
                  .map(refusal -> refuse(deciding, request, refusal))
                  .orElseGet(() -> pass(request.exchange(), admission, chain));
            });
  }

  private static Mono<Void> pass(
      ServerWebExchange exchange, Admission admission, WebFilterChain chain) {
    return admission.awaitsResponse()
        ? new ResponseWatch(exchange, admission).watch(chain)
        : chain.filter(exchange);
  }

  private Mono<Void> refuse(HttpLimiter deciding, ExchangeRequest request, Refusal refusal) {
    RefusalMapping.refuse(request.exchange(), refusal, deciding.body(request, refusal));
    return dispatcher.getObject().handle(request.exchange());
  }

  private static void setHeaders(Map<String, String> headers, HttpHeaders response) {
    headers.forEach(
        (name, value) -> {
          if (!name.equals(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS)) {
            response.set(name, value);
          } else if (!response.getOrEmpty(name).contains(value)) {
            response.add(name, value); // There may be one for other headers.
          }
        });
  }

  @Override
  public String toString() {
    return "RateLimitWebFilter(" + limiter + ")";
  }
}
