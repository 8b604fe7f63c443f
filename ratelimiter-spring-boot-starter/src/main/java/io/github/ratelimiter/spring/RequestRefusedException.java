package io.github.ratelimiter.spring;

import io.github.ratelimiter.http.Refusal;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Thrown when a limiter refuses a request, or a call of a method with {@link RateLimited}. Its
 * status, headers and problem details are those of the response, unless the application handles it.
 *
 * <p>If a filter has refused the request, the headers are set on the response already, and the
 * exception has none.
 */
public final class RequestRefusedException extends ErrorResponseException {
  @Serial private static final long serialVersionUID = 1L;

  /** Never null: the serial form has what is needed to restore it. */
  private transient Refusal refusal;

  /**
   * Creates an exception.
   *
   * @param refusal why the request is refused
   * @param headers headers of the response that are not set yet
   */
  public RequestRefusedException(Refusal refusal, Map<String, String> headers) {
    super(HttpStatusCode.valueOf(refusal.type().status()), problem(refusal), null);
    this.refusal = refusal;
    headers.forEach(getHeaders()::set);
  }

  private static ProblemDetail problem(Refusal refusal) {
    ProblemDetail problem = ProblemDetail.forStatus(refusal.type().status());
    problem.setType(URI.create(refusal.type().uri()));
    problem.setTitle(refusal.type().title());
    refusal
        .retryAfterSeconds()
        .ifPresent(seconds -> problem.setDetail("Retry after " + seconds + " s."));
    problem.setProperty("violated-policies", refusal.violatedPolicies());
    return problem;
  }

  /**
   * Returns why the request is refused.
   *
   * @return the refusal; after this exception was serialized, without the decision
   */
  public Refusal refusal() {
    return refusal;
  }

  @Serial
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(RefusalData.of(refusal));
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    refusal = ((RefusalData) in.readObject()).refusal();
  }
}
