package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.spring.RequestRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Writes the response of a refusal that the application does not handle. */
final class RefusalExceptionHandler implements WebExceptionHandler, Ordered {
  /** That of Spring Boot is -1. */
  private static final int BEFORE_SPRING_BOOT = -2;

  private final RefusalBody body;

  RefusalExceptionHandler(RefusalBody body) {
    this.body = body;
  }

  @Override
  public int getOrder() {
    return BEFORE_SPRING_BOOT;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    ServerHttpResponse response = exchange.getResponse();
    if (!(failure instanceof RequestRefusedException refused) || response.isCommitted()) {
      return Mono.error(failure);
    }
    RefusalBody.Content content =
        RefusalMapping.body(exchange)
            .orElseGet(
                () -> body.of(new ExchangeRequest(exchange, Optional.empty()), refused.refusal()));
    response.setStatusCode(refused.getStatusCode());
    response.getHeaders().putAll(refused.getHeaders());
    response.getHeaders().setContentType(MediaType.parseMediaType(content.contentType()));
    byte[] bytes = content.text().getBytes(StandardCharsets.UTF_8);
    response.getHeaders().setContentLength(bytes.length);
    DataBuffer buffer = response.bufferFactory().wrap(bytes);
    return response.writeWith(Mono.just(buffer));
  }
}
