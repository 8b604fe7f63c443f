package io.github.ratelimiter.bench.spring;

import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.List;
import javax.cache.configuration.MutableConfiguration;
import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.cache.autoconfigure.JCacheManagerCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** A Spring Boot application with one contender. */
final class Application implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private Application(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts an application.
   *
   * @param limit how many requests an address has in an hour, and how many calls all have together
   */
  static Application with(Contender contender, long limit) {
    return new Application(
        new SpringApplicationBuilder(Setup.class)
            .bannerMode(Banner.Mode.OFF)
            .properties(
                "server.port=0",
                "logging.level.root=off",
                "ratelimiter.enabled=false",
                "bucket4j.enabled=false",
                Setup.CONTENDER + "=" + contender)
            .run(
                contender.properties(limit).stream()
                    .map(property -> "--" + property)
                    .toArray(String[]::new)));
  }

  /** Returns the filter of the contender; one that does nothing if it has none. */
  Filter filter(Contender contender) {
    if (contender.filter() == Filter.class) {
      return (request, response, chain) -> chain.doFilter(request, response);
    }
    List<Filter> found = new ArrayList<>(context.getBeansOfType(Filter.class).values());
    for (FilterRegistrationBean<?> each :
        context.getBeansOfType(FilterRegistrationBean.class).values()) {
      found.add(each.getFilter());
    }
    found.removeIf(each -> !contender.filter().isInstance(each));
    if (found.size() != 1) {
      throw new IllegalStateException("expected one filter, found " + found);
    }
    return found.get(0);
  }

  /** Returns the bean whose method is limited. */
  Greeting greeting() {
    return context.getBean(Greeting.class);
  }

  @Override
  public void close() {
    context.close();
  }

  /** The beans of all applications. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableCaching
  @Import(Resilience4j.class)
  static class Setup {
    static final String CONTENDER = "contender";

    /** Of Bucket4j. */
    @Bean
    JCacheManagerCustomizer buckets() {
      return caches -> caches.createCache("buckets", new MutableConfiguration<>());
    }

    @Bean
    Greeting greeting(Environment environment) throws ReflectiveOperationException {
      return environment
          .getRequiredProperty(CONTENDER, Contender.class)
          .bean()
          .getDeclaredConstructor()
          .newInstance();
    }
  }
}
