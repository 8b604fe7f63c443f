package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.http.HttpRequest;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A call of this service, as the library sees requests. */
record ClientRequest(Context context) implements HttpRequest {
  @Override
  public String method() {
    return context.method().toString();
  }

  @Override
  public String path() {
    return context.path();
  }

  @Override
  public Optional<String> query() {
    return Optional.ofNullable(context.queryString());
  }

  @Override
  public List<String> headers(String name) {
    return Collections.list(context.req().getHeaders(name));
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.ofNullable(context.req().getRemoteAddr());
  }

  @Override
  public Optional<String> user() {
    return Optional.empty();
  }

  @Override
  public Optional<Object> attribute(String name) {
    return Optional.empty();
  }
}
