package io.github.ratelimiter.http;

/** Requests of tests. */
final class TestRequest {
  private TestRequest() {}

  static DescribedRequest get(String path) {
    return of("GET", path);
  }

  static DescribedRequest of(String method, String path) {
    return DescribedRequest.of(method, path).withRemoteAddress("192.0.2.1");
  }
}
