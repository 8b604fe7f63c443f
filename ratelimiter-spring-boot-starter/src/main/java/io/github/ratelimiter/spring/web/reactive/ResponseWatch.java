package io.github.ratelimiter.spring.web.reactive;

import io.github.ratelimiter.http.Admission;
import io.github.ratelimiter.http.HttpResponse;
import java.util.concurrent.atomic.LongAdder;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Watches the response of an allowed request, and settles what the request has cost. */
final class ResponseWatch {
  private static final int OK = 200;
  private static final int FAILED = 500;

  private final ServerWebExchange exchange;
  private final Admission admission;
  private final LongAdder bytes = new LongAdder();

  ResponseWatch(ServerWebExchange exchange, Admission admission) {
    this.exchange = exchange;
    this.admission = admission;
  }

  Mono<Void> watch(WebFilterChain chain) {
    ServerWebExchange counted = exchange.mutate().response(new CountingResponse()).build();
    return chain
        .filter(counted)
        .doOnSuccess(nothing -> completed(status(OK)))
        .doOnError(failure -> completed(statusOf(failure)))
        .doOnCancel(() -> completed(status(FAILED)));
  }

  private void completed(int status) {
    admission.completed(new HttpResponse(status, bytes.sum()));
  }

  private int status(int otherwise) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    return status == null ? otherwise : status.value();
  }

  /** An exception handler outside of the filters will write a response with this status. */
  private static int statusOf(Throwable failure) {
    return failure instanceof ErrorResponse response ? response.getStatusCode().value() : FAILED;
  }

  private final class CountingResponse extends ServerHttpResponseDecorator {
    CountingResponse() {
      super(exchange.getResponse());
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
      return super.writeWith(counted(body));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
      return super.writeAndFlushWith(Flux.from(body).map(this::counted));
    }

    /** Keeps a Mono one: then the server sets the length of the content. */
    private Publisher<? extends DataBuffer> counted(Publisher<? extends DataBuffer> body) {
      return body instanceof Mono<? extends DataBuffer> one
          ? one.doOnNext(this::count)
          : Flux.from(body).doOnNext(this::count);
    }

    private void count(DataBuffer buffer) {
      bytes.add(buffer.readableByteCount());
    }
  }
}
