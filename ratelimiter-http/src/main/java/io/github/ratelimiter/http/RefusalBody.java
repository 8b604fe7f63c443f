package io.github.ratelimiter.http;

/** Makes the body of a refusal. Implementations must be thread-safe. */
@FunctionalInterface
public interface RefusalBody {
  /**
   * A body.
   *
   * @param contentType the media type, for example {@code application/problem+json}
   * @param text the text; it is sent in UTF-8
   */
  record Content(String contentType, String text) {}

  /**
   * Returns the body of a refusal.
   *
   * @param request the request
   * @param refusal why it is refused
   * @return the body
   */
  Content of(HttpRequest request, Refusal refusal);

  /**
   * Returns problem details (RFC 9457): {@code type}, {@code title}, {@code status}, {@code
   * detail}, {@code violated-policies}.
   *
   * @return a body of {@code application/problem+json}
   */
  static RefusalBody problemDetails() {
    return (request, refusal) -> ProblemDetails.of(refusal);
  }

  /**
   * Returns a short JSON object.
   *
   * @return <code>{"error":"Rate limit exceeded"}</code>
   */
  static RefusalBody shortError() {
    return (request, refusal) ->
        new Content("application/json", "{\"error\":\"Rate limit exceeded\"}");
  }
}
