package io.github.ratelimiter.examples.spring;

import io.github.ratelimiter.spring.RateLimited;
import org.springframework.stereotype.Service;

@Service
class Reports {
  @RateLimited(policy = "reports", key = "#tenant")
  String create(String tenant) {
    return "report of " + tenant;
  }
}
