package io.github.ratelimiter.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What applies to one request: limits, or a denial. Immutable. */
public sealed interface RequestVerdict {
  /**
   * The request is limited.
   *
   * @param charges one for each limit, all on the same store; if there are none, the request is not
   *     limited, and not checked further
   * @param further decides on the request once all limits have granted their permits; empty if they
   *     alone decide
   */
  record Limited(List<RequestCharge> charges, Optional<FurtherCheck> further)
      implements RequestVerdict {
    /** Copies the list. */
    public Limited {
      charges = List.copyOf(charges);
      Objects.requireNonNull(further, "further");
    }

    /**
     * Creates a verdict without a further check.
     *
     * @param charges one for each limit, all on the same store
     */
    public Limited(List<RequestCharge> charges) {
      this(charges, Optional.empty());
    }
  }

  /**
   * The request is refused without a decision of a limiter, for example because its client is on a
   * list.
   *
   * @param type the kind of refusal, which has the status code
   * @param retryAfter the time until a request of this client can be allowed; empty if that is not
   *     known, or is not to be told
   */
  record Denied(ProblemType type, Optional<Duration> retryAfter) implements RequestVerdict {
    /** Throws {@link NullPointerException} if a value is null. */
    public Denied {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(retryAfter, "retryAfter");
    }
  }

  /**
   * Returns the verdict for a request that is not limited.
   *
   * @return a verdict without charges
   */
  static RequestVerdict unlimited() {
    return new Limited(List.of());
  }

  /**
   * Returns the verdict for a request that has one limit.
   *
   * @param charge what the request takes
   * @return a verdict
   */
  static RequestVerdict limited(RequestCharge charge) {
    return new Limited(List.of(charge));
  }

  /**
   * Returns this verdict together with another one.
   *
   * @param other the other one
   * @return the denial, if one of the two is; otherwise the charges and the checks of both
   */
  default RequestVerdict and(RequestVerdict other) {
    if (this instanceof Limited mine && other instanceof Limited others) {
      List<RequestCharge> all = new ArrayList<>(mine.charges());
      all.addAll(others.charges());
      return new Limited(
          all,
          mine.further()
              .map(first -> others.further().map(first::then).orElse(first))
              .or(others::further));
    }
    return this instanceof Denied ? this : other;
  }
}
