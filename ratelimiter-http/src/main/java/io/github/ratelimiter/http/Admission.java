package io.github.ratelimiter.http;

import io.github.ratelimiter.JointDecision;
import java.util.Map;
import java.util.Optional;

/**
 * The result for one request: whether it is allowed, and what the response says about it. An
 * adapter of a container
 *
 * <ol>
 *   <li>sets {@link #headers} before the response is committed,
 *   <li>sets the request's attribute {@link #ATTRIBUTE} to the admission of an allowed request that
 *       has a {@link #decision},
 *   <li>passes the request on if it is allowed, otherwise answers with {@link #refusal},
 *   <li>calls {@link #completed} once when the response of an allowed request is complete.
 * </ol>
 *
 * <p>Thread-safe.
 */
public final class Admission {
  /**
   * The attribute of a request that has its last admission. If another limiter decides on the same
   * request later, its headers describe what both have decided.
   */
  public static final String ATTRIBUTE = Admission.class.getName();

  private static final Admission UNLIMITED =
      new Admission(
          Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Settlement.NONE);

  private final Optional<JointDecision> decision;

  /** The decision together with those of limiters before. */
  private final Optional<JointDecision> reported;

  private final Optional<Refusal> refusal;
  private final Map<String, String> headers;
  private final Settlement settlement;

  private Admission(
      Optional<JointDecision> decision,
      Optional<JointDecision> reported,
      Optional<Refusal> refusal,
      Map<String, String> headers,
      Settlement settlement) {
    this.decision = decision;
    this.reported = reported;
    this.refusal = refusal;
    this.headers = headers;
    this.settlement = settlement;
  }

  /** Returns the result for a request without limits. */
  static Admission unlimited() {
    return UNLIMITED;
  }

  static Admission allowed(
      JointDecision decision,
      JointDecision reported,
      Map<String, String> headers,
      Settlement settlement) {
    return new Admission(
        Optional.of(decision), Optional.of(reported), Optional.empty(), headers, settlement);
  }

  static Admission refused(Refusal refusal, Map<String, String> headers) {
    return new Admission(
        refusal.decision(), refusal.decision(), Optional.of(refusal), headers, Settlement.NONE);
  }

  /**
   * Returns whether the request is allowed.
   *
   * @return false if {@link #refusal} is present
   */
  public boolean allowed() {
    return refusal.isEmpty();
  }

  /**
   * Returns the decision.
   *
   * @return empty if the request is not limited, or the limiter has failed
   */
  public Optional<JointDecision> decision() {
    return decision;
  }

  Optional<JointDecision> reported() {
    return reported;
  }

  /**
   * Returns why the request is refused.
   *
   * @return empty if it is allowed
   */
  public Optional<Refusal> refusal() {
    return refusal;
  }

  /**
   * Returns the headers of the response, with {@code Retry-After} if the request is refused. If the
   * response has a header {@code Access-Control-Expose-Headers} already, an adapter adds another
   * one; it replaces the others.
   *
   * @return values by name
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * Returns whether the cost of the request depends on its response. Then {@link #completed} must
   * be called. An adapter that counts the bytes of a response needs to do so only in this case.
   *
   * @return false if {@link #completed} does nothing
   */
  public boolean awaitsResponse() {
    return settlement != Settlement.NONE;
  }

  /**
   * Settles what the request has cost. Does not block, and throws no exception: if the store fails,
   * the permits stay charged as they were reserved. The second call and later ones do nothing.
   *
   * @param response the response; status 500 if the application failed with an exception
   */
  public void completed(HttpResponse response) {
    settlement.settle(response);
  }

  @Override
  public String toString() {
    return refusal
        .map(Object::toString)
        .orElseGet(() -> "allowed " + decision.map(Object::toString).orElse("without a limit"));
  }
}
