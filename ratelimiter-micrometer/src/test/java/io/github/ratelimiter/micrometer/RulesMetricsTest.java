package io.github.ratelimiter.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.Rules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Metrics of rules")
class RulesMetricsTest {
  private final Rules rules = Rules.builder(LocalStateStore.builder().build()).build();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  @DisplayName("have the version in force, the kill switch and the number of rejected files")
  void meters() {
    RulesMetrics metrics = new RulesMetrics(rules);
    metrics.bindTo(registry);
    assertThat(registry.get("rate.limiter.rules.version").gauge().value()).isEqualTo(1);
    assertThat(registry.get("rate.limiter.rules.shadowed").gauge().value()).isZero();

    rules.replace(RuleSet.of(), "alice");
    rules.shadowAll(true);
    rules.reject(new IllegalStateException("a mistake"));

    assertThat(registry.get("rate.limiter.rules.version").gauge().value()).isEqualTo(2);
    assertThat(registry.get("rate.limiter.rules.shadowed").gauge().value()).isEqualTo(1);
    assertThat(registry.get("rate.limiter.rules.rejected").functionCounter().count()).isEqualTo(1);
    assertThat(registry.get("rate.limiter.rules.bans").functionCounter().count()).isZero();
  }

  @Test
  @DisplayName("end with close, which removes the meters")
  void closed() {
    RulesMetrics metrics = new RulesMetrics(rules);
    metrics.bindTo(registry);
    metrics.close();
    rules.reject(new IllegalStateException("a mistake"));
    assertThat(registry.getMeters()).isEmpty();
  }
}
