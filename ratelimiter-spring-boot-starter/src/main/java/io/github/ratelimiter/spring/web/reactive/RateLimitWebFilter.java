package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.Refusal;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Limits requests without blocking. A refused request is passed to the dispatcher, past the filters
 * that follow, so that the exception handlers of controllers see the refusal.
 */
final class RateLimitWebFilter implements WebFilter, Ordered {
  private final HttpLimiter limiter;
  private final ObjectProvider<DispatcherHandler> dispatcher;
  private final int order;

  RateLimitWebFilter(HttpLimiter limiter, ObjectProvider<DispatcherHandler> dispatcher, int order) {
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
    return exchange
        .getPrincipal()
        .map(Principal::getName)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(user -> decide(new ExchangeRequest(exchange, user), chain));
  }

  private Mono<Void> decide(ExchangeRequest request, WebFilterChain chain) {
    return withoutBlocking(limiter.admitAsync(request))
        .flatMap(
            admission -> {
              setHeaders(admission.headers(), request.exchange().getResponse().getHeaders());
              return admission
                  .refusal()
                  .map(refusal -> refuse(request, refusal))
                  .orElseGet(() -> pass(request.exchange(), admission, chain));
            });
  }

  /** The application must not run on the threads on which limiters complete their futures. */
  private static <T> Mono<T> withoutBlocking(CompletableFuture<T> future) {
    Mono<T> result = Mono.fromFuture(future);
    return future.isDone() ? result : result.publishOn(Schedulers.parallel());
  }

  private static Mono<Void> pass(
      ServerWebExchange exchange, Admission admission, WebFilterChain chain) {
    return admission.awaitsResponse()
        ? new ResponseWatch(exchange, admission).watch(chain)
        : chain.filter(exchange);
  }

  private Mono<Void> refuse(ExchangeRequest request, Refusal refusal) {
    RefusalMapping.refuse(request.exchange(), refusal, limiter.body(request, refusal));
    return dispatcher.getObject().handle(request.exchange());
  }

  private static void setHeaders(Map<String, String> headers, HttpHeaders response) {
    headers.forEach(
        (name, value) -> {
          if (name.equals(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS)) {
            response.add(name, value); // There may be one for other headers.
          } else {
            response.set(name, value);
          }
        });
  }

  @Override
  public String toString() {
    return "RateLimitWebFilter(" + limiter + ")";
  }
}
