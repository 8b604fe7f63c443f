package io.github.ratelimiter.server.rest;

import io.github.ratelimiter.server.rest.Problem.FieldError;
import java.util.List;

/** Ends a call with a problem. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  static ProblemException badField(String field, String message) {
    return new ProblemException(Problem.badFields(List.of(new FieldError(field, message))));
  }

  Problem problem() {
    return problem;
  }
}
