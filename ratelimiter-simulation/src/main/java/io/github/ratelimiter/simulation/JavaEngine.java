package io.github.ratelimiter.simulation;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.local.LocalBridge;
import io.github.ratelimiter.store.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides like the in-process store, which has one clock. */
final class JavaEngine implements Engine {
  private final Map<String, Policy> policies = new HashMap<>();
  private LocalBridge store = new LocalBridge();
  private long latest;

  @Override
  public List<Decision> decide(List<Request> requests, long now, long skew) {
    latest = now;
    List<Decision> decisions = new ArrayList<>(requests.size());
    for (Request request : requests) {
      policies.put(request.policy().name(), request.policy());
      decisions.add(store.decide(request, now));
    }
    return decisions;
  }

  @Override
  public void evict(String policy, String key) {
    Policy version = policies.get(policy);
    if (version != null) {
      store.decide(new Request.Reset(key, version), latest);
    }
  }

  @Override
  public void flush() {
    store = new LocalBridge();
  }

  @Override
  public void expire(long now) {
    store.expire(now);
  }
}
