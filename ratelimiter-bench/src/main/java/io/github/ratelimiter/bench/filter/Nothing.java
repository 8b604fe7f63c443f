package io.github.ratelimiter.bench.filter;

import java.lang.reflect.Proxy;

/** Objects of which no method is called. */
final class Nothing {
  private Nothing() {}

  static <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.toString());
            }));
  }
}
