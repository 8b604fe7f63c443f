package io.github.ratelimiter.examples;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;

public class FirstProgram {
  public static void main(String[] args) {
    RateLimiter limiter = RateLimiter.of("login", "3/min", LocalStateStore.create());
    for (int call = 1; call <= 4; call++) {
      Decision decision = limiter.tryAcquire("user:42");
      System.out.println(decision.allowed() + ", " + decision.remaining() + " left");
    }
  }
}
