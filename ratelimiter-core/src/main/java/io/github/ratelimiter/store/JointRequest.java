package io.github.ratelimiter.store;

import io.github.ratelimiter.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests for permits of several keys, which are granted all together or not at all. Immutable.
 *
 * @param parts 1 to {@link #MAX_PARTS}, no two with the same key and the same name of a policy
 */
public record JointRequest(List<Part> parts) {
  /** The maximum number of parts. */
  public static final int MAX_PARTS = 64;

  /**
   * A request for permits of one key.
   *
   * @param request a {@link Request.Acquire}, or a {@link Request.Hold} with equal minimum and
   *     maximum
   * @param observed whether the others are granted even if this part is refused
   */
  public record Part(Request request, boolean observed) {
    /** Throws {@link IllegalArgumentException} if the request does not take permits now. */
    public Part {
      if (!(request instanceof Request.Acquire || request instanceof Request.Hold)) {
        throw new IllegalArgumentException(
            "a part is an acquire or a hold, not " + request.getClass().getSimpleName());
      }
      if (request instanceof Request.Hold hold && hold.min() < hold.max()) {
        throw new IllegalArgumentException(
            "a part holds %d to %d permits; its minimum and maximum must be equal"
                .formatted(hold.min(), hold.max()));
      }
    }
  }

  private record Name(String policy, String key) {}

  /** Throws {@link IllegalArgumentException} if there are too many parts, or two of one state. */
  public JointRequest {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "a joint request has " + parts.size() + " parts; it must have 1 to " + MAX_PARTS);
    }
    if (parts.size() > 1) {
      checkDistinct(parts);
    }
  }

  private static void checkDistinct(List<Part> parts) {
    Map<Name, Integer> positions = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Request request = parts.get(i).request();
      Integer before = positions.put(new Name(request.policy().name(), request.key()), i);
      if (before != null) {
        // Without the key, which may be personal data.
        throw new IllegalArgumentException(
            "parts %d and %d have the same key under policy %s; use one part with more permits"
                .formatted(before + 1, i + 1, request.policy().name()));
      }
    }
  }

  /**
   * Returns the request of a part.
   *
   * @param part its position, from 0
   * @return the request
   */
  public Request request(int part) {
    return parts.get(part).request();
  }

  /**
   * Returns whether the permits were granted: by all parts that are not observed.
   *
   * @param decisions a decision for each part
   * @return whether all of them are allowed
   */
  public boolean isGrantedBy(List<? extends Decision> decisions) {
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).observed() && !decisions.get(i).allowed()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Decides on the states of the keys, in one atomic step at one instant. If the permits are not
   * granted, a part that could grant its own has the decision of a {@link Request.Peek}.
   *
   * @param states the state of the key of each part
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @return a decision for each part
   */
  public List<Decision> decide(List<KeyState> states, long nowMicros) {
    return decide(states, nowMicros, nowMicros);
  }

  /**
   * Decides in the same way for a caller with another clock; see {@link KeyState#decide(Request,
   * long, long)}.
   *
   * @param states the state of the key of each part
   * @param nowMicros the store's time, in microseconds since the Unix epoch
   * @param clientMicros the caller's time, in microseconds since the Unix epoch
   * @return a decision for each part
   */
  public List<Decision> decide(List<KeyState> states, long nowMicros, long clientMicros) {
    Decision[] decisions = new Decision[parts.size()];
    for (int i = 0; i < decisions.length; i++) {
      decisions[i] = states.get(i).decide(peek(i), nowMicros, clientMicros);
    }
    boolean granted = isGrantedBy(List.of(decisions));
    for (int i = 0; i < decisions.length; i++) {
      // A refusal may have to keep a new counter, as that of a request alone.
      if (granted || !decisions[i].allowed()) {
        decisions[i] = states.get(i).decide(request(i), nowMicros, clientMicros);
      }
    }
    return List.of(decisions);
  }

  private Request peek(int part) {
    Request request = request(part);
    return new Request.Peek(request.key(), request.policy(), request.permits());
  }
}
