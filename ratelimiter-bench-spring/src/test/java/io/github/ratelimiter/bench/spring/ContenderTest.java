package io.github.ratelimiter.bench.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

@DisplayName("A contender of the benchmarks")
class ContenderTest {
  private static final FilterChain CHAIN = (request, response) -> {};

  private static int status(Filter filter) throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();
    filter.doFilter(new MockHttpServletRequest("GET", "/hello"), response, CHAIN);
    return response.getStatus();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("refuses what is above its limit, so it is the limit that is measured")
  void limits(Contender contender) throws Exception {
    try (Application application = Application.with(contender, 2)) {
      if (contender != Contender.RESILIENCE4J) {
        Filter filter = application.filter(contender);
        assertThat(status(filter)).isEqualTo(200);
        assertThat(status(filter)).isEqualTo(200);
        assertThat(status(filter)).isEqualTo(429);
      }
      application.greeting().greet();
      application.greeting().greet();
      assertThatThrownBy(application.greeting()::greet).isInstanceOf(RuntimeException.class);
    }
  }
}
