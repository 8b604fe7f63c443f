package io.github.ratelimiter.spring.web.servlet;

import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RefusalBody;
import io.github.ratelimiter.servlet.RateLimitFilter;
import io.github.ratelimiter.servlet.RefusalHandler;
import io.github.ratelimiter.spring.RateLimiterProperties;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
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
  @ConditionalOnBean(HttpLimiter.class)
  FilterRegistrationBean<RateLimitFilter> rateLimitFilter(
      HttpLimiter limiter,
      RateLimiterProperties properties,
      ObjectProvider<RefusalHandler> refusals) {
    FilterRegistrationBean<RateLimitFilter> filter =
        new FilterRegistrationBean<>(
            new RateLimitFilter(limiter, refusals.getIfAvailable(RefusalHandler::body)));
    filter.setOrder(properties.web().filterOrder());
    // Later dispatches are not counted, but their responses are.
    filter.setDispatcherTypes(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
    return filter;
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
