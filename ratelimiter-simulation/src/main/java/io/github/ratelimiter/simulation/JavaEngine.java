package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.engine.KeyState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The decisions of {@link KeyState}. */
final class JavaEngine implements Engine {
  private record Name(String policy, String key) {}

  private final Map<Name, KeyState> states = new HashMap<>();

  @Override
  public List<Decision> decide(List<Request> requests, long now) {
    List<Decision> decisions = new ArrayList<>(requests.size());
    for (Request request : requests) {
      decisions.add(decide(request, now));
    }
    return decisions;
  }

  private Decision decide(Request request, long now) {
    Name name = new Name(request.policy().name(), request.key());
    KeyState state = states.get(name);
    if (state == null || (!(request instanceof Request.Peek) && state.resetAfter(now) == 0)) {
      state = new KeyState(request.policy());
      if (!(request instanceof Request.Peek)) {
        states.put(name, state);
      }
    }
    return state.decide(request, now);
  }

  @Override
  public void evict(String policy, String key) {
    states.remove(new Name(policy, key));
  }

  @Override
  public void flush() {
    states.clear();
  }

  @Override
  public void expire(long now) {
    states.values().removeIf(state -> state.resetAfter(now) == 0);
  }
}
