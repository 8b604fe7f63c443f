package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.rest.Problem.FieldError;
import java.util.List;

/** Ends a call with a problem. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  /** Creates an exception. */
  public ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** Returns an exception about one field. */
  public static ProblemException badField(String field, String message) {
    return new ProblemException(Problem.badFields(List.of(new FieldError(field, message))));
  }

  /** Returns the problem. */
  public Problem problem() {
    return problem;
  }
}
