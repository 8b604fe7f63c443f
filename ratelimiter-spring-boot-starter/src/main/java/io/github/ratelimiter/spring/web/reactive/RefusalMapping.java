package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.Refusal;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.spring.RequestRefusedException;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Fails for requests that the filter has refused. The dispatcher passes failures of mappings to the
 * exception handlers of controllers; those of filters it does not see.
 */
final class RefusalMapping implements HandlerMapping, Ordered {
  private static final String REFUSAL = RefusalMapping.class.getName() + ".REFUSAL";
  private static final String BODY = RefusalMapping.class.getName() + ".BODY";

  static void refuse(ServerWebExchange exchange, Refusal refusal, RefusalBody.Content body) {
    exchange.getAttributes().put(REFUSAL, refusal);
    exchange.getAttributes().put(BODY, body);
  }

  /**
   * Returns the body that the limiter has made; empty if the filter has not refused the request.
   */
  static Optional<RefusalBody.Content> body(ServerWebExchange exchange) {
    return Optional.ofNullable(exchange.getAttribute(BODY));
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Object> getHandler(ServerWebExchange exchange) {
    Refusal refusal = exchange.getAttribute(REFUSAL);
    return refusal == null
        ? Mono.empty()
        : Mono.error(new RequestRefusedException(refusal, Map.of()));
  }
}
