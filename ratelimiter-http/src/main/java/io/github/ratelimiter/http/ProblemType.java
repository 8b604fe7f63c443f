package io.github.ratelimiter.http;

/**
 * The kinds of refusals. The first three have the problem types that <a
 * href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/">RateLimit header
 * fields for HTTP</a> defines for the registry of HTTP problem types.
 */
public enum ProblemType {
  /** The client has used its quota. */
  QUOTA_EXCEEDED(429, "quota-exceeded", "The quota is exceeded"),

  /**
   * The server has less capacity than usual, for example because the store of the limits is down.
   */
  TEMPORARY_REDUCED_CAPACITY(
      503, "temporary-reduced-capacity", "The capacity is reduced temporarily"),

  /** The usage is abnormal, for example an enumeration of keys. */
  ABNORMAL_USAGE_DETECTED(429, "abnormal-usage-detected", "The usage is abnormal"),

  /** The client is denied, whatever it has used. The status code says it all. */
  FORBIDDEN(403, "", "Forbidden");

  private static final String REGISTRY = "https://iana.org/assignments/http-problem-types#";

  private final int status;
  private final String name;
  private final String title;

  ProblemType(int status, String name, String title) {
    this.status = status;
    this.name = name;
    this.title = title;
  }

  /**
   * Returns the status code of a refusal of this type.
   *
   * @return 403, 429 or 503
   */
  public int status() {
    return status;
  }

  /**
   * Returns the URI of the type.
   *
   * @return for example {@code https://iana.org/assignments/http-problem-types#quota-exceeded};
   *     {@code about:blank} if the status code says it all (RFC 9457, section 4.2.1)
   */
  public String uri() {
    return name.isEmpty() ? "about:blank" : REGISTRY + name;
  }

  /**
   * Returns a short text for people.
   *
   * @return for example {@code The quota is exceeded}
   */
  public String title() {
    return title;
  }
}
