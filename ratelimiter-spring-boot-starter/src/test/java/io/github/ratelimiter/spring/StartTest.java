package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

@DisplayName("An application does not start")
class StartTest {
  /** Starts faster. */
  private static final FilteredClassLoader WITHOUT_OTHERS =
      new FilteredClassLoader("org.springframework.security", "org.springframework.data");

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  private static String causes(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      all.append(each.getMessage()).append('\n');
    }
    return all.toString();
  }

  @Test
  @DisplayName("if nothing is limited, unless it is switched off")
  void nothingConfigured() {
    ApplicationContextRunner runner =
        new ApplicationContextRunner()
            .withUserConfiguration(Application.class)
            .withClassLoader(WITHOUT_OTHERS);
    runner.run(
        context ->
            assertThat(causes(Objects.requireNonNull(context.getStartupFailure())))
                .contains("ratelimiter.policies.<name>"));
    runner
        .withPropertyValues("ratelimiter.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimiters.class));
  }

  @Test
  @DisplayName("and Spring Boot reports what is wrong and what would work instead of a stack trace")
  void analysis() {
    Throwable failure =
        InvalidSettingException.ofProperty("ratelimiter.policies.a", "1/x", "no unit", "Use 1/s.");
    List<FailureAnalysis> analyses =
        SpringFactoriesLoader.forDefaultResourceLocation()
            .load(
                FailureAnalyzer.class,
                ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
                    .and(Environment.class, new StandardEnvironment()),
                FailureHandler.handleMessage((message, cause) -> {})) // Of absent libraries.
            .stream()
            .filter(each -> each.getClass().getName().startsWith("io.github.ratelimiter"))
            .map(analyzer -> analyzer.analyze(failure))
            .toList();

    assertThat(analyses)
        .singleElement()
        .satisfies(
            analysis -> {
              assertThat(analysis.getDescription())
                  .isEqualTo("The property ratelimiter.policies.a is '1/x': no unit");
              assertThat(analysis.getAction()).isEqualTo("Use 1/s.");
            });
  }

  @ParameterizedTest(name = "with {0}={1}: the message names {2}")
  @CsvSource({
    "policies.login, 5/fortnight, fortnight",
    "web.limits[0].policy, nowhere, there is no policy of this name",
    "web.limits[0].key, tenant, there is no such key",
    "web.limits[0].key, api-key, nothing verifies API keys",
    "web.limits[0].path, login, begin with '/'",
    "web.limits[0].path, /{, /{",
    "web.limits[0].permits, 0, below 1",
    "web.limits[0].phase, before-security, the user of the key",
    "web.skip.paths, static, static",
    "web.trusted-proxies, 10.0.0.0/99, 10.0.0.0/99",
  })
  @DisplayName("and the message names the property, its value and the reason,")
  void mistakes(String property, String value, String reason) {
    new WebApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withClassLoader(WITHOUT_OTHERS)
        .withPropertyValues(
            "ratelimiter.policies.login=5/min",
            "ratelimiter.web.limits[0].policy=login",
            "ratelimiter." + property + "=" + value)
        .run(
            context ->
                assertThat(causes(Objects.requireNonNull(context.getStartupFailure())))
                    .contains("ratelimiter." + property, value, reason));
  }
}
