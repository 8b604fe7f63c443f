package io.github.ratelimiter.spring.web.servlet;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.servlet.RateLimitFilter;
import io.github.ratelimiter.servlet.RefusalHandler;
import io.github.ratelimiter.spring.RateLimiterProperties;
import io.github.ratelimiter.spring.web.FilterLimiters;
import io.github.ratelimiter.spring.web.SecurityFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.annotation.ResponseStatusExceptionResolver;

/** Limits the requests of servlet applications. */
@AutoConfiguration(afterName = "io.github.ratelimiter.spring.web.HttpLimiterAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ratelimiter.enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class ServletLimitAutoConfiguration {
  @Bean
  @ConditionalOnBean(FilterLimiters.class)
  FilterRegistrationBean<Filter> rateLimitFilterBeforeSecurity(
      FilterLimiters limiters, Environment environment, ObjectProvider<RefusalHandler> refusals) {
    return filter(limiters.beforeSecurity(), SecurityFilter.orderBefore(environment), refusals);
  }

  @Bean
  @ConditionalOnBean(FilterLimiters.class)
  FilterRegistrationBean<Filter> rateLimitFilter(
      FilterLimiters limiters,
      RateLimiterProperties properties,
      ObjectProvider<RefusalHandler> refusals) {
    return filter(limiters.afterSecurity(), properties.web().filterOrder(), refusals);
  }

  private static FilterRegistrationBean<Filter> filter(
      Optional<HttpLimiter> limiter, int order, ObjectProvider<RefusalHandler> refusals) {
    FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>();
    registration.setFilter(
        limiter
            .<Filter>map(
                each -> new RateLimitFilter(each, refusals.getIfAvailable(RefusalHandler::body)))
            .orElse((request, response, chain) -> chain.doFilter(request, response)));
    registration.setEnabled(limiter.isPresent());
    registration.setOrder(order);
    // Later dispatches are not counted, but their responses are.
    registration.setDispatcherTypes(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
    return registration;
  }

  /** Refusals are exceptions that the application can handle. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(DispatcherServlet.class)
  static final class MvcConfiguration {
    @Bean
    @ConditionalOnMissingBean(RefusalHandler.class)
    RefusalHandler rateLimitRefusalHandler(
        @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> resolver,
        ObjectProvider<ViewResolver> views) {
      return new ExceptionRefusalHandler(resolver, views);
    }

    @Bean
    WebMvcConfigurer rateLimitRefusals(RefusalBody body) {
      return new WebMvcConfigurer() {
        // After the handlers of the application, before those of the framework.
        @Override
        public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
          int framework = 0;
          while (framework < resolvers.size()
              && !(resolvers.get(framework) instanceof ResponseStatusExceptionResolver)) {
            framework++;
          }
          resolvers.add(framework, new RefusalResolver(body));
        }
      };
    }
  }
}
